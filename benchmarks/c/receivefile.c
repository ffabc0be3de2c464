/* receivefile FILE: listens on [::1], prints the port, takes one connection, lets the sender begin, and writes what
   comes to a file, by recv and write. Prints how many bytes. */
#include "common.h"

#include <fcntl.h>

int main(int argc, char **argv)
{
    usage_unless(argc == 2, "receivefile FILE");
    int listener = open_server(SOCK_STREAM);
    int s = check(accept(listener, NULL, NULL), "accept");
    check(send(s, "", 1, 0), "send");
    int file = check(open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600), "open");
    static char data[256 << 10];
    long long total = 0;
    ssize_t n;
    while ((n = check(recv(s, data, sizeof data, 0), "recv")) > 0) {
        for (ssize_t written = 0; written < n;)
            written += check(write(file, data + written, n - written), "write");
        total += n;
    }
    check(close(file), "close");
    printf("%lld\n", total);
    return 0;
}
