/* receive: binds [::1], prints the port, and receives datagrams by recvmmsg, 64 with one call, until none comes for a
   second after the first. Prints how many, and the nanoseconds from the first to the last. */
#define _GNU_SOURCE
#include "common.h"

enum { BATCH = 64, LARGEST = 2048 };

int main(int argc, char **argv)
{
    (void)argv;
    usage_unless(argc == 1, "receive");
    int s = open_server(SOCK_DGRAM), size = RECEIVE_BUFFER;
    check(setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), "setsockopt");

    static char data[BATCH][LARGEST];
    static struct sockaddr_in6 from[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){data[i], LARGEST};
        messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &parts[i], .msg_iovlen = 1};
    }

    long long count = 0;
    int64_t first = 0, last = 0;
    for (;;) {
        int n = recvmmsg(s, messages, BATCH, MSG_WAITFORONE, NULL);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        check(n, "recvmmsg");
        last = now();
        if (!first) {
            struct timeval second = {1, 0};
            first = last;
            check(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second), "setsockopt");
        }
        count += n;
    }
    printf("%lld %lld\n", count, (long long)(last - first));
    return 0;
}
