// A small generator of pseudo-random numbers (splitmix64). The same seed gives the same numbers on
// every machine and compiler, which the distributions of the standard library do not promise.
//
// Threading: one thread. Copying copies the state.
//
//   Random random(MixSeed(seed, 7));
//   if (random.Chance(20)) text = random.Pick(kTexts);
#ifndef KINERJA_GATEWAY_GENERATE_RANDOM_H_
#define KINERJA_GATEWAY_GENERATE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kinerja::generate {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // Any 64 bits.
  uint64_t Next();
  // 0 to n - 1; n is at least 1.
  int Below(int n);
  // `low` to `high`, both included.
  int Between(int low, int high) { return low + Below(high - low + 1); }
  // True in `percent` of a hundred cases.
  bool Chance(int percent) { return Below(100) < percent; }
  // One of a fixed list.
  template <typename T, size_t N>
  const T& Pick(const T (&list)[N]) {
    return list[static_cast<size_t>(Below(static_cast<int>(N)))];
  }

 private:
  uint64_t state_;
};

// A seed of its own for each pair; neighbours are unrelated.
uint64_t MixSeed(uint64_t seed, uint64_t number);
// A number for a text, the same on every machine (FNV-1a).
uint64_t HashText(std::string_view text);

}  // namespace kinerja::generate

#endif  // KINERJA_GATEWAY_GENERATE_RANDOM_H_
