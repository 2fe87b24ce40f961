"""GET /styleguide"""

from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Response, get

from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page


@get("/styleguide", sync_to_thread=False, include_in_schema=False)
def get_styleguide(visit: RequestContext) -> Response[str]:
    """All components, in the state they have when things go well and when they do not."""
    return page(visit, "styleguide/styleguide.html", **specimens())


def specimens() -> dict[str, Any]:
    """Facts to show the components with: long names, no image, Kannada, big numbers."""
    now = datetime.now(UTC)
    return {
        "now": now,
        "moments": [now - timedelta(seconds=seconds) for seconds in (20, 720, 9000, 100_000, 400_000, 2_000_000)],
        "people": [
            ("Dina Rao", "cdina", True),
            ("Tariq Khan", "ctariq", False),
            ("ಮೀರಾ ಗೌಡ", "cmeera", True),
            ("Venkatanarasimharajuvaripeta Subrahmanya Krishnamurthy Iyer", "clong", None),
            ("Ishaan", "cishaan", None),
        ],
        "scripts": [
            ("hi", "कपड़ा आपका, कारीगर आपका, बातचीत सीधी।"),
            ("kn", "ಬಟ್ಟೆ ನಿಮ್ಮದು, ಕುಶಲಕರ್ಮಿ ನಿಮ್ಮವರು, ಮಾತು ನೇರ."),
            ("ta", "துணி உங்களுடையது, கைவினைஞர் உங்களுடையவர், பேச்சு நேரடி."),
            ("te", "వస్త్రం మీది, కళాకారుడు మీ వారు, మాట నేరుగా."),
        ],
        "page_url": lambda number: f"/styleguide?page={number}",
    }
