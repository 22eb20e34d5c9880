#include "gateway/net/http.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace kinerja::net {
namespace {

// RFC 9110 §5.6.7, the one form that is still written.
bool ParseHttpDate(std::string_view text, absl::Time* time) {
  return absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", absl::string_view(text.data(), text.size()),
                         time, nullptr);
}

}  // namespace

std::optional<std::string_view> FindHeader(const HttpResponse& response, std::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [name](const auto& header) { return header.first == name; });
  if (found == response.headers.end()) return std::nullopt;
  return found->second;
}

std::optional<absl::Duration> RetryAfter(const HttpResponse& response) {
  const auto text = FindHeader(response, "retry-after");
  if (!text) return std::nullopt;
  // No more digits than a number of seconds that makes sense has.
  if (uint32_t seconds = 0;
      absl::SimpleAtoi(absl::string_view(text->data(), text->size()), &seconds)) {
    return absl::Seconds(seconds);
  }
  absl::Time until, peers_now;
  const auto date = FindHeader(response, "date");
  if (!date || !ParseHttpDate(*text, &until) || !ParseHttpDate(*date, &peers_now)) {
    return std::nullopt;
  }
  return std::max(until - peers_now, absl::ZeroDuration());
}

}  // namespace kinerja::net
