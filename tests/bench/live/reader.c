/* Many browsers in one process: opens COUNT sockets, reads all frames, and times the marked ones.
 *
 * reader PORT COUNT PATH HEADERS_FILE WATCH_FILE
 *   HEADERS_FILE  further lines of the opening request, each with its \r\n
 *   WATCH_FILE    what to say after opening, one line per distinct page, taken in turn; may be empty
 *
 * Prints "open" when all are open. Then it answers lines on its input: "reset" forgets what was
 * counted, "report" prints it as JSON. A frame is marked by "770" and nine digits: the microseconds
 * of CLOCK_MONOTONIC at which its news was made, without what exceeds a billion. Frames of one
 * connection with the same mark are parts of one piece of news, which is here with its last part.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE 16 /* more wait so long that a busy server gives some of them up */
#define CHUNK (512 * 1024)

typedef struct {
    int fd;
    char *held; /* the start of a frame whose end has not come */
    size_t held_size;
    long mark;
    int32_t late; /* of the newest mark's latest part */
} Conn;

static Conn *conns;
static char chunk[CHUNK];
static int32_t *lates;
static size_t lates_size, lates_room;
static long frames, unmarked, closed_count;
static long long bytes;

static void die(const char *what) { perror(what); exit(1); }

static long now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static long mark_in(const char *text, size_t size) {
    const char *at = text, *end = text + size;
    while ((at = memmem(at, end - at, "770", 3))) {
        const char *digit = at + 3;
        long mark = 0;
        while (digit < end && digit < at + 12 && isdigit((unsigned char)*digit)) mark = mark * 10 + *digit++ - '0';
        if (digit == at + 12) return mark;
        at += 3;
    }
    return -1;
}

static void keep_late(int32_t late) {
    if (lates_size == lates_room) {
        lates_room = lates_room ? lates_room * 2 : 65536;
        lates = realloc(lates, lates_room * sizeof *lates);
    }
    lates[lates_size++] = late;
}

static void settle(Conn *conn) { if (conn->mark >= 0) keep_late(conn->late); conn->mark = -1; }

static void take_text(Conn *conn, const char *text, size_t size) {
    long mark = mark_in(text, size);
    bytes += size;
    if (mark < 0) { unmarked++; return; }
    frames++;
    if (mark != conn->mark) settle(conn);
    long late = now_us() % 1000000000L - mark;
    conn->mark = mark;
    conn->late = late < 0 ? late + 1000000000L : late;
}

static void pong(int fd, const char *text, size_t size) {
    char frame[131] = {(char)0x8A, (char)(0x80 | size), 0, 0, 0, 0};
    memcpy(frame + 6, text, size);
    if (write(fd, frame, size + 6) < 0) return;
}

/* Returns how many bytes were whole frames. */
static size_t take_frames(Conn *conn, const char *data, size_t size) {
    size_t start = 0;
    while (size - start >= 2) {
        const unsigned char *head = (const unsigned char *)data + start;
        size_t length = head[1] & 127, header = 2;
        if (length == 126) { header = 4; if (size - start < 4) break; length = head[2] << 8 | head[3]; }
        else if (length == 127) {
            header = 10;
            if (size - start < 10) break;
            length = 0;
            for (int i = 2; i < 10; i++) length = length << 8 | head[i];
        }
        if (size - start < header + length) break;
        int opcode = head[0] & 15;
        const char *text = data + start + header;
        if (opcode == 9) pong(conn->fd, text, length);
        else if (opcode == 8) closed_count++;
        else take_text(conn, text, length);
        start += header + length;
    }
    return start;
}

static void take_bytes(Conn *conn, size_t size) {
    const char *data = chunk;
    char *joined = NULL;
    if (conn->held_size) {
        joined = malloc(conn->held_size + size);
        memcpy(joined, conn->held, conn->held_size);
        memcpy(joined + conn->held_size, chunk, size);
        size += conn->held_size;
        data = joined;
    }
    size_t used = take_frames(conn, data, size);
    free(conn->held);
    conn->held_size = size - used;
    conn->held = conn->held_size ? malloc(conn->held_size) : NULL;
    if (conn->held) memcpy(conn->held, data + used, conn->held_size);
    free(joined);
}

static void finish_opening(Conn *conn) {
    size_t size = 0;
    char *end = NULL;
    while (!end) {
        ssize_t got = read(conn->fd, chunk + size, CHUNK - size - 1);
        if (got <= 0) { fprintf(stderr, "closed while opening\n"); exit(1); }
        size += got;
        chunk[size] = 0;
        end = strstr(chunk, "\r\n\r\n");
    }
    if (strncmp(chunk, "HTTP/1.1 101", 12)) { fprintf(stderr, "refused: %.80s\n", chunk); exit(1); }
    size -= end + 4 - chunk;
    memmove(chunk, end + 4, size);
    take_bytes(conn, size);
}

static void say(int fd, const char *text) {
    size_t size = strlen(text), at = 0;
    char *frame = malloc(size + 14);
    frame[at++] = (char)0x81;
    if (size < 126) frame[at++] = (char)(0x80 | size);
    else { frame[at++] = (char)(0x80 | 126); frame[at++] = size >> 8; frame[at++] = size & 255; }
    memset(frame + at, 0, 4); /* masked with nothing */
    at += 4;
    memcpy(frame + at, text, size);
    if (write(fd, frame, size + at) < 0) die("write");
    free(frame);
}

static int by_size(const void *a, const void *b) { return *(const int32_t *)a - *(const int32_t *)b; }

static void report(int count) {
    for (int i = 0; i < count; i++) settle(&conns[i]);
    qsort(lates, lates_size, sizeof *lates, by_size);
    long p50 = lates_size ? lates[lates_size / 2] : -1, p99 = lates_size ? lates[lates_size * 99 / 100] : -1;
    long most = lates_size ? lates[lates_size - 1] : -1;
    printf("{\"news\": %zu, \"frames\": %ld, \"unmarked\": %ld, \"bytes\": %lld, \"closed\": %ld,"
           " \"p50_us\": %ld, \"p99_us\": %ld, \"max_us\": %ld}\n",
           lates_size, frames, unmarked, bytes, closed_count, p50, p99, most);
    fflush(stdout);
}

static char *slurp(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) die(path);
    char *text = calloc(1, 4 << 20);
    if (fread(text, 1, (4 << 20) - 1, file) == 0) text[0] = 0;
    fclose(file);
    return text;
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    int port = atoi(argv[1]), count = atoi(argv[2]), watch_count = 0;
    char *headers = slurp(argv[4]), *watch_text = slurp(argv[5]), request[8192];
    char **watches = calloc(4096, sizeof *watches);
    for (char *line = strtok(watch_text, "\n"); line && watch_count < 4096; line = strtok(NULL, "\n")) watches[watch_count++] = line;
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
             argv[3], port, headers);
    conns = calloc(count, sizeof *conns);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int start = 0; start < count; start += AT_ONCE) {
        int end = start + AT_ONCE < count ? start + AT_ONCE : count, one = 1;
        for (int i = start; i < end; i++) {
            conns[i].fd = socket(AF_INET, SOCK_STREAM, 0);
            conns[i].mark = -1;
            setsockopt(conns[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            if (connect(conns[i].fd, (struct sockaddr *)&address, sizeof address)) die("connect");
            if (write(conns[i].fd, request, strlen(request)) < 0) die("write");
        }
        for (int i = start; i < end; i++) {
            finish_opening(&conns[i]);
            if (watch_count) say(conns[i].fd, watches[i % watch_count]);
        }
    }
    int epoll = epoll_create1(0);
    for (int i = -1; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        if (i >= 0) fcntl(conns[i].fd, F_SETFL, O_NONBLOCK);
        epoll_ctl(epoll, EPOLL_CTL_ADD, i < 0 ? 0 : conns[i].fd, &event);
    }
    puts("open");
    fflush(stdout);
    static struct epoll_event ready[1024];
    for (;;) {
        int many = epoll_wait(epoll, ready, 1024, -1);
        for (int i = 0; i < many; i++) {
            if (ready[i].data.u32 == (uint32_t)-1) {
                char line[64] = "";
                if (read(0, line, sizeof line - 1) <= 0) return 0;
                if (!strncmp(line, "report", 6)) report(count);
                for (int each = 0; each < count; each++) conns[each].mark = -1;
                lates_size = 0;
                frames = unmarked = bytes = 0;
                continue;
            }
            Conn *conn = &conns[ready[i].data.u32];
            ssize_t got = read(conn->fd, chunk, CHUNK);
            if (got > 0) take_bytes(conn, got);
            else if (got == 0 || errno != EAGAIN) { closed_count++; epoll_ctl(epoll, EPOLL_CTL_DEL, conn->fd, NULL); }
        }
    }
}
