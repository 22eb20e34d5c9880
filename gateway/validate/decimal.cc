#include "gateway/validate/decimal.h"

namespace kinerja::validate {
namespace {

constexpr int kPlaces = 6;
constexpr int64_t kOne = 1'000'000;
constexpr size_t kMaxWholeDigits = 15;

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view("0") : text.substr(dot + 1);
  if (!IsDigits(whole) || whole.size() > kMaxWholeDigits) return std::nullopt;
  if (!IsDigits(fraction) || fraction.size() > kPlaces) return std::nullopt;
  Wide value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (size_t i = 0; i < kPlaces; ++i) {
    value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  return Decimal(negative ? -value : value);
}

Decimal::Wide Decimal::DivideHalfAway(Wide dividend, Wide divisor) {
  if (divisor < 0) {
    dividend = -dividend;
    divisor = -divisor;
  }
  const Wide half = divisor / 2;
  return (dividend < 0 ? dividend - half : dividend + half) / divisor;
}

Decimal operator*(Decimal a, Decimal b) {
  return Decimal(Decimal::DivideHalfAway(a.millionths_ * b.millionths_, kOne));
}

Decimal operator/(Decimal a, Decimal b) {
  return Decimal(Decimal::DivideHalfAway(a.millionths_ * kOne, b.millionths_));
}

int64_t Decimal::RoundedToWhole() const {
  return static_cast<int64_t>(DivideHalfAway(millionths_, kOne));
}

std::string Decimal::Rounded() const {
  const auto hundredths = static_cast<int64_t>(DivideHalfAway(millionths_, kOne / 100));
  const uint64_t size =
      hundredths < 0 ? 0 - static_cast<uint64_t>(hundredths) : static_cast<uint64_t>(hundredths);
  std::string text = hundredths < 0 ? "-" : "";
  text += std::to_string(size / 100);
  text += '.';
  text += static_cast<char>('0' + size / 10 % 10);
  text += static_cast<char>('0' + size % 10);
  return text;
}

}  // namespace kinerja::validate
