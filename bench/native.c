/*
 * Times the hand-written gradients of kernels.c. Usage: native KERNEL INPUT OUTPUT INTEGER...
 * INPUT holds the kernel's arrays as raw doubles, one after another; OUTPUT receives the value and the gradient.
 * Then each line `N` on standard input runs the gradient N times and answers the nanoseconds of one run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "kernels.c"

static double* read_doubles(FILE* file, int count) {
  double* out = malloc(sizeof(double) * (size_t)count);
  if (!out || fread(out, sizeof(double), (size_t)count, file) != (size_t)count) { fprintf(stderr, "short input\n"); exit(2); }
  return out;
}
static double* zeros(int count) { return calloc((size_t)count, sizeof(double)); }

static int kernel, s[4], ng;
static double *P, *X, *Y, *A, *B, *G, step;

static double run(void) {
  switch (kernel) {
    case 1: return k1_grad(P, G, s[0]);
    case 2: return k2_grad(P, X, A, G, s[0], s[1], s[2], s[1] + s[1] * (s[1] - 1) / 2);
    case 3: return k3_grad(P, X, Y, A, B, G, s[2], s[0], s[1]);
    default: return k4_grad(P, A, G, step, s[0]);
  }
}

int main(int argc, char** argv) {
  if (argc < 5) { fprintf(stderr, "usage: native KERNEL INPUT OUTPUT INTEGER...\n"); return 2; }
  kernel = atoi(argv[1]);
  for (int i = 4; i < argc && i < 8; i++) s[i - 4] = atoi(argv[i]);
  FILE* in = fopen(argv[2], "rb");
  if (!in) { fprintf(stderr, "no input\n"); return 2; }
  if (kernel == 1) {
    ng = s[0]; P = read_doubles(in, ng);
  } else if (kernel == 2) { /* count, dimensions, components */
    int n = s[0], nd = s[1], nk = s[2];
    ng = nk + nk * nd + nk * (nd + nd * (nd - 1) / 2);
    P = read_doubles(in, ng); X = read_doubles(in, n * nd); A = zeros(3 * nk * nd + 2 * nk + nd + nk * nd);
  } else if (kernel == 3) { /* inputs, hidden, steps */
    int nd = s[0], nh = s[1], nt = s[2];
    ng = 4 * nh * (nd + nh + 1);
    P = read_doubles(in, ng); X = read_doubles(in, nt * nd); Y = read_doubles(in, nt * nh);
    A = zeros((nt + 1) * (nd + nh + 6 * nh)); B = zeros(nd + nh + nh + 4 * nh);
  } else {
    ng = 6; P = read_doubles(in, 6); double* h = read_doubles(in, 1); step = *h; A = zeros(12 * s[0]);
  }
  fclose(in);
  G = zeros(ng);
  double value = run();
  FILE* out = fopen(argv[3], "wb");
  if (!out) { fprintf(stderr, "no output\n"); return 2; }
  fwrite(&value, sizeof value, 1, out);
  fwrite(G, sizeof(double), (size_t)ng, out);
  fclose(out);
  printf("ready\n"); fflush(stdout);
  char line[64];
  volatile double sink = 0;
  while (fgets(line, sizeof line, stdin)) {
    int repeat = atoi(line);
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < repeat; i++) sink += run();
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.3f\n", ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / repeat);
    fflush(stdout);
  }
  return 0;
}
