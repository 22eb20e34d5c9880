#include "gateway/ctl/table.h"

#include <algorithm>
#include <utility>

#include "gateway/schema/fold.h"

namespace kinerja::ctl {
namespace {

// Also the C1 range, which in UTF-8 is C2 80 to C2 9F.
std::string Harmless(std::string text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) text[i] = ' ';
    if (byte != 0xC2 || i + 1 == text.size()) continue;
    const auto next = static_cast<unsigned char>(text[i + 1]);
    if (next >= 0x80 && next <= 0x9F) text.replace(i, 2, "  ");
  }
  return text;
}

}  // namespace

Table::Table(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }

void Table::Add(std::vector<std::string> cells) {
  cells.resize(rows_.front().size());
  for (std::string& cell : cells) cell = Harmless(std::move(cell));
  rows_.push_back(std::move(cells));
}

void Table::AddWithMore(std::vector<std::string> cells, const std::vector<std::string>& lines) {
  const size_t last = rows_.front().size() - 1;
  for (size_t i = 0; i < std::max<size_t>(lines.size(), 1); ++i) {
    cells.resize(last);
    cells.push_back(lines.empty() ? "" : lines[i]);
    Add(std::exchange(cells, {}));
  }
}

void Table::Print(std::ostream& out, std::string_view indent) const {
  std::vector<size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], schema::CountCodePoints(row[i]));
    }
  }
  const bool headed = std::any_of(rows_.front().begin(), rows_.front().end(),
                                  [](const std::string& cell) { return !cell.empty(); });
  for (size_t r = headed ? 0 : 1; r < rows_.size(); ++r) {
    std::string line(indent);
    for (size_t i = 0; i < rows_[r].size(); ++i) {
      line += rows_[r][i];
      line.append(widths[i] - schema::CountCodePoints(rows_[r][i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

}  // namespace kinerja::ctl
