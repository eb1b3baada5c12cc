"""What a browser may do with our pages: load from here, send to here, run nothing that stands in the page.

Even text that slipped through unescaped could then neither run nor phone home.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# A field worker may photograph a receipt and find the nearest point; nothing else asks a device for anything.
PERMISSIONS = {
    "camera": "(self)",
    "geolocation": "(self)",
    "publickey-credentials-get": "(self)",
    "publickey-credentials-create": "(self)",
    "microphone": "()",
    "payment": "()",
    "usb": "()",
    "display-capture": "()",
    "browsing-topics": "()",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT.items()),
    "Permissions-Policy": ", ".join(f"{name}={value}" for name, value in PERMISSIONS.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ContentSecurityPolicy:
    """Middleware: every response carries HEADERS, refusals and static files too, so it stands first.

    A view may set a header itself (the published record is open to other sites, for one); it then stands.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
