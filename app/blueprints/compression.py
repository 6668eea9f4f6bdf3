"""How small an answer travels: brotli or gzip, whichever the browser takes, where it gives nothing away."""

from flask import Flask, Response, request

from app.extensions import compress

FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})


def attend(app: Flask) -> None:
    """Compress answers of text, but none that another site made the browser ask for.

    Who can make a browser ask, put words of theirs into the page and see its compressed length, learns
    what else is in it (BREACH). Decision 0006 says what remains.
    """
    app.config |= {
        "COMPRESS_REGISTER": False,
        "COMPRESS_STREAMS": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
    }
    compress.init_app(app)

    @app.after_request
    def make_smaller(answer: Response) -> Response:
        if request.headers.get("Sec-Fetch-Site") in FROM_ELSEWHERE:
            return answer
        return compress.after_request(answer)
