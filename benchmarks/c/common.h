/* What the C programs of the benchmark share. Each ends by itself after a minute at the latest. */
#ifndef COMMON_H
#define COMMON_H

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 64, LONGEST_RUN = 60, RECEIVE_BUFFER = 4 << 20 };

static inline void fail(const char *call)
{
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(1);
}

static inline long check(long result, const char *call)
{
    if (result < 0)
        fail(call);
    return result;
}

static inline void give_up(int signal)
{
    static const char message[] = "took longer than a minute\n";
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(128 + signal);
}

static inline void usage_unless(int holds, const char *usage)
{
    if (!holds) {
        fprintf(stderr, "usage: %s\n", usage);
        exit(2);
    }
    signal(SIGALRM, give_up);
    alarm(LONGEST_RUN);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static inline int64_t now(void)
{
    struct timespec t;
    check(clock_gettime(CLOCK_MONOTONIC, &t), "clock_gettime");
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline struct sockaddr_in6 loopback(int port)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons(port)};
    return address;
}

/* A socket that is connected to the port of [::1]. */
static inline int open_client(int type, const char *port)
{
    struct sockaddr_in6 address = loopback(atoi(port));
    int s = check(socket(AF_INET6, type, 0), "socket");
    check(connect(s, (struct sockaddr *)&address, sizeof address), "connect");
    return s;
}

/* A socket that is bound to a free port of [::1]; the port is the first line of the output. */
static inline int open_server(int type)
{
    struct sockaddr_in6 address = loopback(0);
    socklen_t length = sizeof address;
    int s = check(socket(AF_INET6, type, 0), "socket");
    check(bind(s, (struct sockaddr *)&address, sizeof address), "bind");
    if (type == SOCK_STREAM)
        check(listen(s, 1), "listen");
    check(getsockname(s, (struct sockaddr *)&address, &length), "getsockname");
    printf("%d\n", ntohs(address.sin6_port));
    return s;
}

/* The sender of a stream starts its clock when the receiver has sent one byte, and stops it when the receiver has
   closed its side, by when it has everything. */
static inline int64_t await_receiver(int s)
{
    char byte;
    if (check(recv(s, &byte, 1, 0), "recv") != 1) {
        fprintf(stderr, "the receiver did not begin\n");
        exit(1);
    }
    return now();
}

static inline int64_t await_end(int s)
{
    char byte;
    check(shutdown(s, SHUT_WR), "shutdown");
    check(recv(s, &byte, 1, 0), "recv");
    return now();
}

#endif
