#include "tests/simulators/base/http_message.h"

#include <algorithm>

namespace kinerja::simulators {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = Lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The value of `name` in `form-data; name="file"; filename="a.pdf"`, quoted or not.
std::string Parameter(std::string_view header, std::string_view name) {
  size_t at = 0;
  while ((at = header.find(';', at)) != std::string_view::npos) {
    at = header.find_first_not_of(" \t", at + 1);
    if (at == std::string_view::npos) return "";
    const size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) return "";
    std::string_view value = header.substr(equals + 1);
    if (value.starts_with('"')) {
      value.remove_prefix(1);
      value = value.substr(0, value.find('"'));
    } else {
      value = value.substr(0, value.find_first_of("; \t\r"));
    }
    if (EqualsIgnoringCase(header.substr(at, equals - at), name)) return std::string(value);
  }
  return "";
}

// "Name: value" lines of one part; only its disposition matters here.
Part PartWithHead(std::string_view head) {
  Part part;
  while (!head.empty()) {
    const size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (!EqualsIgnoringCase(line.substr(0, colon), "Content-Disposition")) continue;
    part.name = Parameter(line, "name");
    part.filename = Parameter(line, "filename");
  }
  return part;
}

}  // namespace

std::optional<std::string_view> Request::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoringCase(key, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Request::HeaderLines(std::string_view name) const {
  std::vector<std::string_view> lines;
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoringCase(key, name)) lines.push_back(value);
  }
  return lines;
}

std::string PercentDecode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      decoded.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
    } else {
      decoded.push_back(plus_is_blank && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return decoded;
}

std::map<std::string, std::string> ParseForm(std::string_view text) {
  std::map<std::string, std::string> fields;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    fields[PercentDecode(pair.substr(0, equals), true)] =
        PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true);
  }
  return fields;
}

std::optional<std::vector<Part>> ParseMultipart(std::string_view content_type,
                                                std::string_view body) {
  const std::string boundary = Parameter(content_type, "boundary");
  if (boundary.empty() || !LowerCase(content_type).starts_with("multipart/form-data")) {
    return std::nullopt;
  }
  const std::string delimiter = "\r\n--" + boundary;
  // The first delimiter may stand at the very beginning, without the line break before it.
  if (!body.starts_with(std::string_view(delimiter).substr(2))) return std::nullopt;
  body.remove_prefix(delimiter.size() - 2);
  std::vector<Part> parts;
  while (!body.starts_with("--")) {
    const size_t end = body.find(delimiter);
    const size_t head_end = body.find("\r\n\r\n");
    if (!body.starts_with("\r\n") || end == std::string_view::npos || head_end >= end) {
      return std::nullopt;
    }
    Part part = PartWithHead(body.substr(2, head_end - std::min<size_t>(head_end, 2)));
    part.content = std::string(body.substr(head_end + 4, end - std::min(end, head_end + 4)));
    parts.push_back(std::move(part));
    body.remove_prefix(end + delimiter.size());
  }
  return parts;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return Lower(a) == Lower(b); });
}

}  // namespace kinerja::simulators
