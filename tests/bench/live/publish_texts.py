"""The peers' publisher: the same texts again and again, each with a mark of its moment.

publish_texts.py tcp PORT | http PORT. Questions and answers as in tests/exchange/peers/driving.py.
"""

import http.client
import socket
import sys
import time

from driving import answer_questions
from marks import PLACE, mark

HOW, PORT = sys.argv[1], int(sys.argv[2])
ways = {}


def over_tcp(text):
    if "tcp" not in ways:
        ways["tcp"] = socket.create_connection(("127.0.0.1", PORT))
        ways["tcp"].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ways["tcp"].sendall(len(text).to_bytes(4) + text)


def over_http(text):
    if "http" not in ways:
        ways["http"] = http.client.HTTPConnection("127.0.0.1", PORT)
    ways["http"].request("POST", "/pub", body=text)
    answer = ways["http"].getresponse()
    answer.read()
    if answer.status >= 300:
        raise OSError(f"refused with {answer.status}")


def publish(texts, rate, seconds):
    """Publish all texts `rate` times a second; returns how many times."""
    send = {"tcp": over_tcp, "http": over_http}[HOW]
    encoded = [text.encode() for text in texts]
    started = time.monotonic()
    turns = round(rate * seconds)
    for turn in range(turns):
        time.sleep(max(0.0, started + turn / rate - time.monotonic()))
        marked = mark().encode()
        for text in encoded:
            send(text.replace(PLACE, marked))
    time.sleep(max(0.0, started + seconds - time.monotonic()))
    return turns


answer_questions({"publish": publish})
