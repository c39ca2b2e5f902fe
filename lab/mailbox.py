"""mailbox.py SMTP-PORT HTTP-PORT CERTIFICATE KEY - the mail server of the demo and of tests; nothing of it is shipped.

Takes any mail for anybody on 127.0.0.1 (STARTTLS offered, not demanded), keeps it in memory, and shows it newest first
at http://127.0.0.1:HTTP-PORT/. GET /messages.json?to=ADDRESS is for tests; DELETE /messages forgets everything.
"""
import datetime
import email.policy
import html
import http.server
import json
import ssl
import sys
import urllib.parse

from aiosmtpd.controller import Controller

KEPT = 500      # the oldest go first; a demo left running must not fill the memory
messages = []   # newest first; handler threads replace the list and never change it
numbers = iter(range(1, sys.maxsize))

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; background: #f4f5f7 }
.note { background: #fff3cd; border: 1px solid #e0c66a; border-radius: 6px; padding: .5rem .8rem }
article { background: #fff; border: 1px solid #d9dde3; border-radius: 8px; padding: 1rem 1.2rem; margin: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 }
.meta { color: #5a6472; font-size: .9rem; margin: 0 0 .6rem }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }
"""


class Inbox:
    async def handle_DATA(self, server, session, envelope):
        global messages
        parsed = email.message_from_bytes(envelope.original_content or envelope.content, policy=email.policy.default)

        def body(kind):
            part = parsed.get_body((kind,))
            return part.get_content() if part else ""
        messages = [{
            "id": next(numbers), "received": datetime.datetime.now(datetime.UTC).isoformat(), "tls": session.ssl is not None,
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": parsed.get("Subject", ""),
            "text": body("plain"), "html": body("html"), "headers": [[k, str(v)] for k, v in parsed.items()],
        }, *messages][:KEPT]
        return "250 OK"


def page():
    def article(m):
        text = m["text"] or m["html"]
        return (f'<article><h2>{html.escape(m["subject"] or "(no subject)")}</h2><p class="meta">to {html.escape(", ".join(m["to"]))}, '
                f'from {html.escape(m["from"] or "<>")}, {m["received"][:19].replace("T", " ")} UTC</p><pre>{html.escape(text)}</pre></article>')
    return ('<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            '<meta http-equiv="refresh" content="3"><title>Demo mailbox</title><link rel="stylesheet" href="/style.css">'
            '<h1>Demo mailbox</h1><p class="note">This page exists only in the demo. It shows every mail the service sent, whoever it '
            'was for, as each recipient would see it in a mailbox of their own.</p>'
            + ("".join(map(article, messages)) or "<p>No mail yet. This page looks again every three seconds.</p>") + "</html>")


class Pages(http.server.BaseHTTPRequestHandler):
    def answer(self, content, kind, status=200):
        data = content.encode()
        self.send_response(status)
        for name, value in (("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", len(data)), ("Cache-Control", "no-store"),
                            ("Content-Security-Policy", "default-src 'none'; style-src 'self'")):
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/":
            self.answer(page(), "text/html")
        elif url.path == "/style.css":
            self.answer(STYLE, "text/css")
        elif url.path == "/messages.json":
            to = urllib.parse.parse_qs(url.query).get("to", [""])[0].lower()
            found = [m for m in messages if not to or to in (address.lower() for address in m["to"])]
            self.answer(json.dumps(found), "application/json")
        else:
            self.answer("not found", "text/plain", 404)

    def do_DELETE(self):
        global messages
        if self.path != "/messages":
            return self.answer("not found", "text/plain", 404)
        messages = []
        self.answer("", "text/plain")

    def log_message(self, *_):
        pass    # the page asks every three seconds


smtp_port, http_port, certificate, key = sys.argv[1:]
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(certificate, key)
Controller(Inbox(), hostname="127.0.0.1", port=int(smtp_port), tls_context=tls, server_hostname="localhost").start()
web = http.server.ThreadingHTTPServer(("127.0.0.1", int(http_port)), Pages)
print(f"mailbox: SMTP 127.0.0.1:{smtp_port}, http://127.0.0.1:{http_port}/", flush=True)
web.serve_forever()
