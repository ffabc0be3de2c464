/* sink: listens on [::1], prints the port, takes one connection and throws away what comes. Prints how many bytes,
   and the nanoseconds from the connection to its end. */
#include "common.h"

int main(int argc, char **argv)
{
    (void)argv;
    usage_unless(argc == 1, "sink");
    int listener = open_server(SOCK_STREAM);
    int s = check(accept(listener, NULL, NULL), "accept");
    int64_t start = now();
    static char data[1 << 20];
    long long total = 0;
    ssize_t n;
    while ((n = check(recv(s, data, sizeof data, 0), "recv")) > 0)
        total += n;
    printf("%lld %lld\n", total, (long long)(now() - start));
    return 0;
}
