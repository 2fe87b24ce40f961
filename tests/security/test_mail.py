"""Letters: whoever they go to, they can be written, and nothing that a person typed becomes a header."""

import email
import email.policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_threads.platform.mail import letter

NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


def read_back(message):
    return email.message_from_string(message.as_bytes().decode(), policy=email.policy.default)


@pytest.mark.parametrize("to", ["cora@example.com", "o'neil+x@example.com", "ಕೋರಾ@example.com", "cora@ಉದಾಹರಣೆ.ಭಾರತ"])
def test_a_letter_reaches_any_address(own_folder, to):
    message = letter(to, "ಕೋರಾ ರಾವ್", "ವಿಷಯ", "ಪಠ್ಯ\n")
    read = read_back(message)
    assert read["To"].addresses[0].display_name == "ಕೋರಾ ರಾವ್"
    mailbox, _at, domain = to.rpartition("@")
    assert str(read["To"]).endswith(f"<{mailbox}@{domain.encode('idna').decode()}>"), "the domain needs no SMTPUTF8"
    body = email.message_from_bytes(message.as_bytes(), policy=email.policy.default).get_content()
    assert (read["Subject"], body.strip()) == ("ವಿಷಯ", "ಪಠ್ಯ")


@pytest.mark.case("B16")
@settings(max_examples=150, deadline=None)
@given(name=NAMES, subject=NAMES)
def test_no_name_and_no_subject_makes_a_header(own_folder, name, subject):
    message = letter("cora@example.com", name, f"{subject}\r\nBcc: all@example.com", "text")
    read = read_back(message)
    assert read["Bcc"] is None
    assert [header.lower() for header in read].count("to") == 1
    assert len(read["To"].addresses) == 1
    assert read["To"].addresses[0].addr_spec == "cora@example.com"


def test_a_link_is_not_broken_over_lines(own_folder):
    link = f"https://threads.example/reset-password?token={'x' * 43}"
    assert f"\r\n{link}\r\n" in letter("cora@example.com", "Cora", "s", f"words\n\n{link}\n").as_string()
