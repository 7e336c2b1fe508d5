// The yardstick of simulations: geometric Brownian motion with xoshiro256++ (Blackman and Vigna) and a ziggurat
// of 256 layers on 64 bits (Marsaglia and Tsang), as plain C that gcc -O3 compiles. Prints path-steps per
// microsecond of CPU time: terminal values alone, then with the running drawdown.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LAYERS 256
static const double TAIL = 3.654152885361009, AREA = 0.004928673233974655;

static uint64_t state[4] = {1, 2, 3, 4};
static double widths[LAYERS + 1], densities[LAYERS + 1], scales[LAYERS];
static int64_t limits[LAYERS];

static inline uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline uint64_t next(void) {
  uint64_t result = rotate(state[0] + state[3], 23) + state[0], t = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = rotate(state[3], 45);
  return result;
}

static double uniform(void) { return ((next() >> 11) + 0.5) * 0x1p-53; }

static __attribute__((noinline)) double decide(int layer, double z) {
  for (;;) {
    if (layer == 0) {
      double beyond, y;
      do {
        beyond = -log(uniform()) / TAIL;
        y = -log(uniform());
      } while (y + y < beyond * beyond);
      return z < 0 ? -TAIL - beyond : TAIL + beyond;
    }
    double below = densities[layer], above = densities[layer + 1];
    if (below + uniform() * (above - below) < exp(-0.5 * z * z)) return z;
    uint64_t bits = next();
    int64_t drawn = (int64_t)bits >> 8;
    layer = bits & (LAYERS - 1);
    z = drawn * scales[layer];
    if (llabs(drawn) < limits[layer]) return z;
  }
}

static inline double normal(void) {
  uint64_t bits = next();
  int64_t drawn = (int64_t)bits >> 8;
  int layer = bits & (LAYERS - 1);
  double z = drawn * scales[layer];
  if (__builtin_expect(llabs(drawn) < limits[layer], 1)) return z;
  return decide(layer, z);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(int count, char **arguments) {
  int paths = atoi(arguments[1]), steps = atoi(arguments[2]);
  double drift = 0.0003, sigma = 0.01, sum = 0;
  double *values = malloc(2 * paths * sizeof *values);
  widths[0] = AREA / exp(-0.5 * TAIL * TAIL);
  widths[1] = TAIL;
  for (int i = 2; i < LAYERS; i++)
    widths[i] = sqrt(-2 * log(AREA / widths[i - 1] + exp(-0.5 * widths[i - 1] * widths[i - 1])));
  widths[LAYERS] = 0;
  for (int i = 0; i < LAYERS; i++) {
    densities[i] = exp(-0.5 * widths[i] * widths[i]);
    scales[i] = widths[i] * 0x1p-55;
    limits[i] = (int64_t)(widths[i + 1] / widths[i] * 0x1p55);
  }
  densities[LAYERS] = 1;

  double began = seconds();
  for (int path = 0; path < paths; path++) {
    double x = 0;
    for (int step = 0; step < steps; step++) x += drift + sigma * normal();
    values[path] = exp(x);
  }
  double terminal = seconds() - began;
  for (int path = 0; path < paths; path++) sum += values[path];

  began = seconds();
  for (int path = 0; path < paths; path++) {
    double x = 0, highest = 0, deepest = 0;
    for (int step = 0; step < steps; step++) {
      x += drift + sigma * normal();
      if (x > highest) highest = x;
      if (highest - x > deepest) deepest = highest - x;
    }
    values[path] = exp(x);
    values[paths + path] = 1 - exp(-deepest);
  }
  double drawdown = seconds() - began;
  for (int path = 0; path < 2 * paths; path++) sum += values[path];

  double work = (double)paths * steps * 1e-6;
  printf("%.3f %.3f %.6f\n", work / terminal, work / drawdown, sum);
  return 0;
}
