"""A mail server for tests: says its port, then each mail that it gets, as a line of JSON.

usage: mail_sink.py N    answers the first N mails with 451
"""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


class Sink:
    def __init__(self, defer):
        self.defer = defer

    async def handle_DATA(self, server, session, envelope):
        if self.defer > 0:
            self.defer -= 1
            return "451 4.7.1 greylisted, come again"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        page = message.get_body(("html",))
        say({
            "from": envelope.mail_from,
            "rcpt": envelope.rcpt_tos,
            "subject": message["subject"],
            "text": message.get_body(("plain",)).get_content(),
            "html": page.get_content() if page else "",
            "kinds": [part.get_content_type() for part in message.walk() if not part.is_multipart()],
        })
        return "250 OK"


def say(what):
    print(json.dumps(what), flush=True)


async def main():
    sink = Sink(int(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(sink, hostname="sink.example", enable_SMTPUTF8=True), "127.0.0.1", 0)
    say({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


asyncio.run(main())
