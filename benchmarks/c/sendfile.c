/* sendfile PORT FILE [wait]: sends a file to [::1]. With "wait" it begins when the receiver has sent one byte, and
   prints how many bytes, and the nanoseconds until the receiver has closed its side. */
#include "common.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    usage_unless(argc == 3 || argc == 4, "sendfile PORT FILE [wait]");
    int s = open_client(SOCK_STREAM, argv[1]);
    int64_t start = argc == 4 ? await_receiver(s) : 0;
    int file = check(open(argv[2], O_RDONLY), "open");
    struct stat about;
    check(fstat(file, &about), "fstat");
    off_t offset = 0;
    while (offset < about.st_size) {
        if (check(sendfile(s, file, &offset, about.st_size - offset), "sendfile") == 0) {
            fprintf(stderr, "the file got shorter\n");
            return 1;
        }
    }
    if (argc == 4)
        printf("%lld %lld\n", (long long)offset, (long long)(await_end(s) - start));
    return 0;
}
