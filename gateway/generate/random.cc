#include "gateway/generate/random.h"

namespace kinerja::generate {

uint64_t Random::Next() {
  state_ += 0x9E3779B97F4A7C15u;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// The bias of the remainder is below 2^-50 for the small lists of this folder.
int Random::Below(int n) { return static_cast<int>(Next() % static_cast<uint64_t>(n)); }

uint64_t MixSeed(uint64_t seed, uint64_t number) {
  return Random(Random(seed).Next() ^ (number * 0xD1342543DE82EF95u)).Next();
}

uint64_t HashText(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return hash;
}

}  // namespace kinerja::generate
