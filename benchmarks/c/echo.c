/* echo: binds [::1], prints the port, and sends each datagram back, until an empty one has come. */
#include "common.h"

int main(int argc, char **argv)
{
    (void)argv;
    usage_unless(argc == 1, "echo");
    int s = open_server(SOCK_DGRAM);
    static char data[65536];
    for (;;) {
        struct sockaddr_in6 from;
        socklen_t length = sizeof from;
        ssize_t n = check(recvfrom(s, data, sizeof data, 0, (struct sockaddr *)&from, &length), "recvfrom");
        if (n == 0)
            return 0;
        check(sendto(s, data, n, 0, (struct sockaddr *)&from, length), "sendto");
    }
}
