"""unpack.py COUNT [read]: unpacks COUNT messages of a header with 20 fields into a dict each, which it keeps. With
"read" each field of each is read too. Prints the seconds that one message took."""
import signal
import struct
import sys
import time

HEADER = struct.Struct("!BBHHHIBBHIIQBBHIHHIQ")
NAMES = [f"Field{number}" for number in range(1, 21)]


def decode(messages):
    unpack, names = HEADER.unpack, NAMES
    return [dict(zip(names, unpack(message))) for message in messages]


def main():
    messages = [bytes((number + index) % 256 for index in range(HEADER.size)) for number in range(256)]
    messages = [messages[number % 256] for number in range(int(sys.argv[1]))]
    decode(messages[:1000])
    start = time.perf_counter()
    decoded = decode(messages)
    if len(sys.argv) > 2:
        for values in decoded:
            for name in NAMES:
                values[name]
    seconds = time.perf_counter() - start
    assert len(decoded) == len(messages)
    print(repr(seconds / len(messages)))


signal.alarm(60)  # in seconds: nothing waits for ever
main()
