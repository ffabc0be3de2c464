/* ping PORT COUNT: sends COUNT datagrams to an echo server on [::1], one after the other, and prints the median of the
   nanoseconds until each is back. */
#include "common.h"

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    usage_unless(argc == 3, "ping PORT COUNT");
    int s = open_client(SOCK_DGRAM, argv[1]), count = atoi(argv[2]);
    struct timeval longest = {5, 0};
    check(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest), "setsockopt");
    int64_t *times = malloc(count * sizeof *times);
    if (!times)
        fail("malloc");
    char data[MESSAGE_SIZE] = {0};
    for (int i = 0; i < count; i++) {
        int64_t start = now();
        check(send(s, data, sizeof data, 0), "send");
        check(recv(s, data, sizeof data, 0), "recv");
        times[i] = now() - start;
    }
    qsort(times, count, sizeof *times, compare);
    printf("%lld\n", (long long)times[count / 2]);
    return 0;
}
