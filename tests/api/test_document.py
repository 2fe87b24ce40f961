"""The document of the API: whole, valid, and with examples that fit."""

import re

import jsonschema
from openapi_spec_validator import validate

from tests.security.conftest import addresses


def test_it_is_openapi(document):
    validate(document)


def test_every_address_of_the_api_is_in_it_and_no_page(operations):
    ours = {
        re.sub(r"\bcnothing\b", "{}", str(address))
        for address in addresses()
        if address.path.startswith("/api/") and address.method != "HEAD"
    }
    assert {re.sub(r"\{\w+\}", "{}", name) for name, _operation in operations} == ours


def test_every_operation_says_what_it_does(operations):
    for name, told in operations:
        assert 3 <= len(told["summary"]) <= 100, name
        assert len(told["description"]) > 10, name
    names = [told["operationId"] for _name, told in operations]
    assert len(set(names)) == len(names)


def test_every_operation_documents_its_answers_and_refusals(operations):
    for name, told in operations:
        answers = set(told["responses"])
        assert answers & {"200", "201"}, name
        assert "503" in answers, name
        if not name.startswith("GET"):
            assert {"401", "403"} <= answers, name
        if {} not in told["security"] and "visitor" not in str(told["security"]):
            assert "401" in answers, name
        if "requestBody" in told:
            assert {"400", "413", "415", "422"} <= answers, name
        if any(parameter["in"] == "query" for parameter in told["parameters"]):
            assert "422" in answers, name
        if "{" in name:
            assert "404" in answers, name
        for status in answers & {"429", "503"}:
            assert "Retry-After" in told["responses"][status]["headers"], name


def test_every_operation_has_examples_that_fit(document, operations):
    def fits(schema, example):
        jsonschema.validate(example, schema | {"components": document["components"]})

    for name, told in operations:
        for parameter in told["parameters"]:
            fits(parameter["schema"], parameter["example"])
        for part in (told.get("requestBody", {}), *told["responses"].values()):
            for kind, content in part.get("content", {}).items():
                if kind != "application/zip":
                    assert content["examples"], name
                    for example in content["examples"].values():
                        fits(content["schema"], example["value"])


def test_names_are_camel_case(document):
    def names_in(value):
        if isinstance(value, dict):
            properties = value.get("properties", {})
            yield from properties
            for part in value.values():
                yield from names_in(part)
        elif isinstance(value, list):
            for part in value:
                yield from names_in(part)

    odd = {name for name in names_in(document) if not re.fullmatch(r"[a-z][a-zA-Z0-9]*", name)}
    assert not odd


def test_refusals_are_read_from_the_code(operations):
    told = dict(operations)
    change = told["PUT /api/alterations/{requestId}"]["responses"]["409"]["content"]["application/json"]["examples"]
    assert {"INVALID_TRANSITION", "QUOTE_FROZEN", "QUOTE_NOT_ACCEPTED"} == set(change)
    review = told["POST /api/reviews"]["responses"]["409"]["content"]["application/json"]["examples"]
    assert review["ALREADY_REVIEWED"]["value"]["error"]["message"].endswith(".")
    assert "REAUTH_REQUIRED" in str(told["DELETE /api/users/account"]["responses"]["403"])
    assert {"413", "415", "429", "507"} <= set(told["POST /api/upload"]["responses"])
    assert {"200", "201"} <= set(told["POST /api/chat"]["responses"]), "a repeat answers 200"
    assert "304" in told["GET /api/chat/messages"]["responses"]


def test_parameters_are_told_with_their_limits(operations):
    told = {parameter["name"]: parameter for parameter in dict(operations)["GET /api/designers"]["parameters"]}
    assert told["minExperience"]["schema"] == {"type": "integer", "minimum": 0, "maximum": 80}
    assert told["niche"]["schema"]["type"] == "array"
    assert told["sortBy"]["schema"]["default"] == "rating"
    assert told["page"]["schema"]["minimum"] == 1


async def test_every_parameter_of_a_query_is_really_read(server, people, document):
    """What is a number, a choice or a truth in the document is refused by name when it is none."""
    cora, dina, tariq = await people.customer(), await people.designer(), await people.tailor()
    passed_over = []
    for path, methods in document["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", []):
            schema = parameter["schema"]
            if parameter["in"] != "query" or (schema.get("type") == "string" and "enum" not in schema):
                continue
            asked = (cora, dina, tariq)[("portfolio" in path) + 2 * ("sample" in path)]
            answer = await asked.get(re.sub(r"\{\w+\}", "nothing", path), params={parameter["name"]: "no-such-thing"})
            if answer.status_code != 422 or parameter["name"] not in answer.json()["error"]["fields"]:
                passed_over.append(f"{path} {parameter['name']}: {answer.text[:200]}")
    assert not passed_over


async def test_it_is_revalidated_by_its_tag(people):
    visitor = people.anonymous()
    first = await visitor.get("/schema/openapi.json")
    again = await visitor.get("/schema/openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
