// Floor of Submit with one call in flight: how often this disk can append 4 KiB and sync it.
//
//   floor_disk FOLDER COUNT      prints: rate per second, p50 and p99 in microseconds
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const size_t count = argc == 3 ? std::strtoul(argv[2], nullptr, 10) : 0;
  if (count == 0) {
    std::fprintf(stderr, "usage: floor_disk FOLDER COUNT\n");
    return 2;
  }
  using Clock = std::chrono::steady_clock;
  const std::string path = std::string(argv[1]) + "/floor_disk.dat";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::vector<char> page(4096, 'x');
  std::vector<double> micros(count);
  const Clock::time_point begin = Clock::now();
  Clock::time_point before = begin;
  for (double& each : micros) {
    if (write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        fdatasync(file) != 0) {
      std::perror(path.c_str());
      return 1;
    }
    const Clock::time_point after = Clock::now();
    each = std::chrono::duration<double, std::micro>(after - before).count();
    before = after;
  }
  const double seconds = std::chrono::duration<double>(before - begin).count();
  close(file);
  unlink(path.c_str());
  std::sort(micros.begin(), micros.end());
  std::printf("%.1f %.0f %.0f\n", static_cast<double>(count) / seconds, micros[count / 2],
              micros[count * 99 / 100]);
  return 0;
}
