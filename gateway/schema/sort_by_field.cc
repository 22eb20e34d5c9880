#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "gateway/schema/check.h"
#include "gateway/schema/place.h"
#include "google/protobuf/descriptor.h"

namespace kinerja::schema {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Field numbers and indexes along a path; what is no field of the schema comes last.
using FieldOrder = std::vector<std::pair<int, int>>;

int ParseNumber(std::string_view text, int otherwise) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : otherwise;
}

FieldOrder OrderOf(const Descriptor* type, std::string_view path) {
  FieldOrder order;
  while (!path.empty()) {
    const size_t name_end = std::min(path.find_first_of(".["), path.size());
    const std::string_view name = path.substr(0, name_end);
    path.remove_prefix(name_end);
    int index = kSingular;
    if (path.starts_with('[')) {
      const size_t close = std::min(path.find(']'), path.size() - 1);
      index = ParseNumber(path.substr(1, close - 1), 0);
      path.remove_prefix(close + 1);
    }
    if (path.starts_with('.')) path.remove_prefix(1);
    const FieldDescriptor* field =
        type == nullptr ? nullptr : type->FindFieldByName(std::string(name));
    const int number =
        field != nullptr ? field->number() : ParseNumber(name, std::numeric_limits<int>::max());
    order.emplace_back(number, index);
    type = field == nullptr ? nullptr : field->message_type();
  }
  return order;
}

}  // namespace

void SortByField(const Descriptor* type, std::vector<Violation>* violations) {
  if (violations->size() < 2) return;
  std::vector<std::pair<FieldOrder, size_t>> order;
  for (size_t i = 0; i < violations->size(); ++i) {
    order.emplace_back(OrderOf(type, (*violations)[i].field), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Violation> sorted;
  sorted.reserve(violations->size());
  for (const auto& [key, i] : order) sorted.push_back(std::move((*violations)[i]));
  *violations = std::move(sorted);
}

}  // namespace kinerja::schema
