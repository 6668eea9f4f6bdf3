"""The headers every response carries: content security policy, framing, caching, referrer."""

from flask import Flask, Response, g, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "report-uri /csp-reports; report-to csp"
)
# What no page of ours uses. Copying to the clipboard and passkeys are used, so they stay with our own pages.
OFF = (
    *(
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
    ),
    *("gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment"),
    *("picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb"),
    *("window-management", "xr-spatial-tracking"),
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in OFF),
    "Reporting-Endpoints": 'csp="/csp-reports"',
}


def attend(app: Flask) -> None:
    """Put the headers on every response; no page is ever stored."""

    @app.after_request
    def add_headers(answer: Response) -> Response:
        for name, value in ALWAYS.items():
            answer.headers.setdefault(name, value)
        if request.endpoint != "static":
            answer.headers["Cache-Control"] = "no-store"
            answer.vary.add("HX-Request")
        if request.is_secure:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if g.get("request_id"):
            answer.headers["X-Request-Id"] = g.request_id
        return answer
