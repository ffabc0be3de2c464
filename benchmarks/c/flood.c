/* flood PORT RATE SECONDS: sends RATE datagrams of 64 bytes a second to [::1], or as many as the machine can, 64 with
   one call: by UDP_SEGMENT, or by sendmmsg where the kernel lacks that. Prints how many, and in how many nanoseconds.
   It begins after 0.3 s. */
#define _GNU_SOURCE
#include "common.h"

#include <netinet/udp.h>

enum { BATCH = 64 };

int main(int argc, char **argv)
{
    usage_unless(argc == 4, "flood PORT RATE SECONDS");
    int s = open_client(SOCK_DGRAM, argv[1]);
    double rate = atof(argv[2]);
    int64_t length = atof(argv[3]) * 1e9;

    static char data[BATCH * MESSAGE_SIZE];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){data + i * MESSAGE_SIZE, MESSAGE_SIZE};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int size = MESSAGE_SIZE;
    int by_segment = setsockopt(s, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size) == 0;

    usleep(300000);
    int64_t start = now(), time = start, sent = 0;
    while (time - start < length) {
        int64_t due = start + (int64_t)(sent / rate * 1e9);
        while ((time = now()) < due)
            ;
        if (by_segment) {
            check(send(s, data, sizeof data, 0), "send");
            sent += BATCH;
        } else {
            sent += check(sendmmsg(s, messages, BATCH, 0), "sendmmsg");
        }
    }
    printf("%lld %lld\n", (long long)sent, (long long)(now() - start));
    return 0;
}
