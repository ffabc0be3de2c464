"""receive.py COUNT ROUNDS: queues COUNT datagrams of 64 bytes and receives them by recvfrom, ROUNDS times after a
first time that only warms up. Prints the seconds that one took to receive. What comes is kept."""
import signal
import socket
import sys
import time


def main():
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    receiver = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("::1", 0))
    sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sender.connect(receiver.getsockname())
    message = bytes(64)
    seconds = 0.0
    for number in range(rounds + 1):
        for _ in range(count):
            sender.send(message)
        recvfrom = receiver.recvfrom  # a socket without a time-out, which is the fastest: the alarm ends a wait
        start = time.perf_counter()
        received = [recvfrom(65535) for _ in range(count)]
        elapsed = time.perf_counter() - start
        assert len(received) == count
        if number:
            seconds += elapsed
    print(repr(seconds / rounds / count))


signal.alarm(60)  # in seconds: nothing waits for ever
main()
