/* lines PORT COUNT: begins when the receiver on [::1] has sent one byte, and sends COUNT lines of 16 bytes. Prints how
   many bytes, and the nanoseconds until the receiver has closed its side. */
#include "common.h"

enum { LINE = 16, BATCH = 16384 };

int main(int argc, char **argv)
{
    usage_unless(argc == 3, "lines PORT COUNT");
    int s = open_client(SOCK_STREAM, argv[1]);
    static char data[LINE * BATCH + 1];
    for (int i = 0; i < BATCH; i++)
        snprintf(data + i * LINE, LINE + 1, "line %010d\n", i);
    int64_t start = await_receiver(s);
    long long left = atoll(argv[2]) * LINE, total = left;
    while (left > 0) {
        long long size = left < LINE * BATCH ? left : LINE * BATCH;
        for (long long sent = 0; sent < size;)
            sent += check(send(s, data + sent, size - sent, MSG_NOSIGNAL), "send");
        left -= size;
    }
    printf("%lld %lld\n", total, (long long)(await_end(s) - start));
    return 0;
}
