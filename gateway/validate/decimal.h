// Decimal: a number with six places after the point, exact; scores are never binary floating point.
//
//   const auto target = Decimal::Parse("87.92");
//   target->Rounded();  // "87.92"
//
// Threading: a value type.
#ifndef KINERJA_GATEWAY_VALIDATE_DECIMAL_H_
#define KINERJA_GATEWAY_VALIDATE_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kinerja::validate {

class Decimal {
 public:
  Decimal() = default;
  // `hundredths` is exact: Of(176) is 1.76.
  static constexpr Decimal Of(int64_t hundredths) { return Decimal(Wide{hundredths} * 10'000); }
  // -?[0-9]+(.[0-9]+)? with at most 15 digits before and 6 after the point; nothing else is read.
  static std::optional<Decimal> Parse(std::string_view text);

  friend Decimal operator+(Decimal a, Decimal b) { return Decimal(a.millionths_ + b.millionths_); }
  friend Decimal operator-(Decimal a, Decimal b) { return Decimal(a.millionths_ - b.millionths_); }
  // Products and quotients are rounded half away from zero to six places. Not for products beyond
  // 10^26; what Parse reads is far below as long as one factor is a constant of a formula.
  friend Decimal operator*(Decimal a, Decimal b);
  // `b` is not zero.
  friend Decimal operator/(Decimal a, Decimal b);
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison with 0 for a pointer
  friend auto operator<=>(Decimal a, Decimal b) = default;

  // The whole number nearest, half up.
  int64_t RoundedToWhole() const;
  // Two places, half up (away from zero), for example "89.03".
  std::string Rounded() const;

 private:
  __extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it
  constexpr explicit Decimal(Wide millionths) : millionths_(millionths) {}
  static Wide DivideHalfAway(Wide dividend, Wide divisor);

  Wide millionths_ = 0;
};

}  // namespace kinerja::validate

#endif  // KINERJA_GATEWAY_VALIDATE_DECIMAL_H_
