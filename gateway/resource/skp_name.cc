#include "gateway/resource/skp_name.h"

#include <algorithm>
#include <array>

namespace kinerja::resource {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr size_t kIdChars = 13;
constexpr std::string_view kInstansiPrefix = "instansi/";
constexpr std::string_view kSkpPart = "/skp/";

std::optional<store::SkpId> ParseId(std::string_view text) {
  if (text.size() != kIdChars) return std::nullopt;
  uint64_t id = 0;
  for (const char c : text) {
    const size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos || id >> 59 != 0) return std::nullopt;
    id = id << 5 | digit;
  }
  if (id == 0 || id >> 63 != 0) return std::nullopt;
  return static_cast<store::SkpId>(id);
}

bool IsInstansiCode(std::string_view text) {
  return text.size() == 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string FormatSkpName(std::string_view instansi, store::SkpId id) {
  std::array<char, kIdChars> digits;
  auto rest = static_cast<uint64_t>(id);
  for (size_t i = kIdChars; i-- > 0; rest >>= 5) digits[i] = kAlphabet[rest & 31];
  std::string name(kInstansiPrefix);
  name.append(instansi).append(kSkpPart).append(digits.data(), digits.size());
  return name;
}

std::optional<SkpName> ParseSkpName(std::string_view name) {
  constexpr size_t kCodeAt = kInstansiPrefix.size();
  constexpr size_t kPartAt = kCodeAt + 4;
  if (!name.starts_with(kInstansiPrefix) || name.size() <= kPartAt) return std::nullopt;
  const std::string_view code = name.substr(kCodeAt, 4);
  const std::string_view rest = name.substr(kPartAt);
  if (!IsInstansiCode(code) || !rest.starts_with(kSkpPart)) return std::nullopt;
  const std::optional<store::SkpId> id = ParseId(rest.substr(kSkpPart.size()));
  if (!id) return std::nullopt;
  return SkpName{std::string(code), *id};
}

std::optional<std::string> ParseInstansiName(std::string_view name) {
  if (!name.starts_with(kInstansiPrefix)) return std::nullopt;
  const std::string_view code = name.substr(kInstansiPrefix.size());
  if (code != "-" && !IsInstansiCode(code)) return std::nullopt;
  return std::string(code);
}

}  // namespace kinerja::resource
