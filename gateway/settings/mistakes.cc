#include "gateway/settings/mistakes.h"

#include <algorithm>
#include <utility>

namespace kinerja::settings {
namespace {

// "a.b[2].c" → "a.b[2]" → "a.b" → "a" → "".
std::string_view Parent(std::string_view field) {
  const size_t end = field.find_last_of(".[");
  return end == std::string_view::npos ? std::string_view() : field.substr(0, end);
}

}  // namespace

int Mistakes::LineOf(std::string_view field) const {
  for (; !field.empty(); field = Parent(field)) {
    const auto found = lines_.find(field);
    if (found != lines_.end()) return found->second;
  }
  return 1;
}

void Mistakes::AddAtLine(int line, std::string field, std::string text) {
  mistakes_.push_back({line, std::move(field), std::move(text)});
}

bool Mistakes::IsWrong(std::string_view field) const {
  for (; !field.empty(); field = Parent(field)) {
    if (settled_.contains(field)) return true;
  }
  return false;
}

void Mistakes::Add(const std::string& field, std::string text) {
  if (!IsWrong(field)) AddAtLine(LineOf(field), field, std::move(text));
}

void Mistakes::NextPass() {
  for (const Mistake& mistake : mistakes_) settled_.insert(mistake.field);
}

std::vector<Mistake> Mistakes::Sorted() const {
  std::vector<Mistake> sorted = mistakes_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Mistake& a, const Mistake& b) { return a.line < b.line; });
  return sorted;
}

std::string Format(const std::string& file, const std::vector<Mistake>& mistakes) {
  std::string text;
  for (const Mistake& mistake : mistakes) {
    if (!text.empty()) text += '\n';
    text += file + ":" + std::to_string(mistake.line) + ": ";
    if (!mistake.field.empty()) text += mistake.field + ": ";
    text += mistake.text;
  }
  return text;
}

}  // namespace kinerja::settings
