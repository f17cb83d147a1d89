/* The least work there is: one frame in, one send() to every browser.
 *
 * Prints two ports: that of the browsers, and that of the publisher, which writes the length of a
 * message (four bytes, highest first) and the message.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 16384
static int browsers[MOST], count;
static const char *ACCEPTED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

static int listening(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 4096)) exit(1);
    getsockname(fd, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    return fd;
}

static void admit(int fd) {
    char request[8192] = "";
    size_t size = 0;
    int one = 1;
    while (!strstr(request, "\r\n\r\n")) {
        ssize_t got = read(fd, request + size, sizeof request - size - 1);
        if (got <= 0) { close(fd); return; }
        size += got;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (write(fd, ACCEPTED, strlen(ACCEPTED)) > 0 && count < MOST) browsers[count++] = fd;
}

static int read_all(int fd, char *into, size_t size) {
    for (size_t have = 0; have < size;) {
        ssize_t got = read(fd, into + have, size - have);
        if (got <= 0) return 0;
        have += got;
    }
    return 1;
}

static int send_all(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return 0;
        data += sent;
        size -= sent;
    }
    return 1;
}

static void publish(const char *message, uint32_t size, char *frame) {
    size_t at = 0;
    frame[at++] = (char)0x81;
    if (size < 126) frame[at++] = (char)size;
    else if (size < 65536) { frame[at++] = 126; frame[at++] = size >> 8; frame[at++] = size & 255; }
    else { frame[at++] = 127; memset(frame + at, 0, 4); at += 4; for (int i = 3; i >= 0; i--) frame[at++] = size >> (8 * i); }
    memcpy(frame + at, message, size);
    for (int i = 0; i < count; i++)
        if (!send_all(browsers[i], frame, at + size)) { close(browsers[i]); browsers[i--] = browsers[--count]; }
}

int main(void) {
    int browser_port, publisher_port, publisher = -1;
    int door = listening(&browser_port), desk = listening(&publisher_port);
    static char message[1 << 20], frame[(1 << 20) + 16];
    printf("%d %d\n", browser_port, publisher_port);
    fflush(stdout);
    for (;;) {
        struct pollfd fds[] = {{door, POLLIN, 0}, {desk, POLLIN, 0}, {publisher, POLLIN, 0}};
        poll(fds, 3, -1);
        if (fds[0].revents) admit(accept(door, NULL, NULL));
        if (fds[1].revents) { if (publisher >= 0) close(publisher); publisher = accept(desk, NULL, NULL); }
        if (publisher >= 0 && fds[2].revents) {
            uint32_t size;
            if (!read_all(publisher, (char *)&size, 4) || (size = ntohl(size)) > sizeof message || !read_all(publisher, message, size)) {
                close(publisher);
                publisher = -1;
            } else publish(message, size, frame);
        }
    }
}
