#include "gateway/ctl/json_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gateway/ctl/table.h"

namespace kinerja::ctl {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::map<std::string, Value> Sorted(const Struct& object) {
  return {object.fields().begin(), object.fields().end()};
}

bool IsEmptyList(const Value& value) {
  return value.has_list_value() && value.list_value().values().empty();
}

bool IsRows(const Value& value) {
  return value.has_list_value() && !IsEmptyList(value) &&
         std::all_of(value.list_value().values().begin(), value.list_value().values().end(),
                     [](const Value& row) { return row.has_struct_value(); });
}

std::string Word(const Value& value) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kNumberValue:
      return absl::StrFormat("%.15g", value.number_value());
    case Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Value::kListValue:
      return absl::StrJoin(value.list_value().values(), ", ",
                           [](std::string* out, const Value& v) { out->append(Word(v)); });
    case Value::kStructValue:
      return absl::StrJoin(Sorted(value.struct_value()), ", ",
                           [](std::string* out, const std::pair<std::string, Value>& member) {
                             absl::StrAppend(out, member.first, "=", Word(member.second));
                           });
    default:
      return "";
  }
}

bool IsFlat(const Struct& object) {
  return std::none_of(object.fields().begin(), object.fields().end(), [](const auto& member) {
    return member.second.has_struct_value() || IsRows(member.second);
  });
}

// An object of flat objects.
bool IsTable(const Struct& object) {
  return !object.fields().empty() &&
         std::all_of(object.fields().begin(), object.fields().end(), [](const auto& member) {
           return member.second.has_struct_value() && IsFlat(member.second.struct_value());
         });
}

// Rows with a name in the first column; without a heading for it when no row has a name.
void PrintRows(const std::vector<std::pair<std::string, Struct>>& rows, std::ostream& out) {
  std::set<std::string> keys;
  for (const auto& [name, row] : rows) {
    for (const auto& [key, value] : row.fields()) keys.insert(key);
  }
  const bool named = !rows.front().first.empty();
  std::vector<std::string> heading(keys.begin(), keys.end());
  if (named) heading.insert(heading.begin(), "");
  Table table(std::move(heading));
  for (const auto& [name, row] : rows) {
    std::vector<std::string> cells;
    if (named) cells.push_back(name);
    for (const std::string& key : keys) {
      const auto found = row.fields().find(key);
      cells.push_back(found == row.fields().end() ? "" : Word(found->second));
    }
    table.Add(std::move(cells));
  }
  table.Print(out, "  ");
}

std::vector<std::pair<std::string, Struct>> RowsOf(const Value& value) {
  std::vector<std::pair<std::string, Struct>> rows;
  for (const Value& row : value.list_value().values()) rows.emplace_back("", row.struct_value());
  for (const auto& [name, row] : Sorted(value.struct_value())) {
    rows.emplace_back(name, row.struct_value());
  }
  return rows;
}

void PrintAt(const std::string& path, const Struct& object, std::ostream& out) {
  Table plain({"", ""});
  for (const auto& [key, value] : Sorted(object)) {
    if (value.has_struct_value() || IsRows(value) || IsEmptyList(value)) continue;
    plain.Add({key, Word(value)});
  }
  if (!path.empty() && !plain.empty()) out << path << '\n';
  plain.Print(out, path.empty() ? "" : "  ");
  for (const auto& [key, value] : Sorted(object)) {
    const std::string below = path.empty() ? key : absl::StrCat(path, ".", key);
    if (IsRows(value) || (value.has_struct_value() && IsTable(value.struct_value()))) {
      out << below << '\n';
      PrintRows(RowsOf(value), out);
    } else if (value.has_struct_value()) {
      PrintAt(below, value.struct_value(), out);
    }
  }
}

}  // namespace

void PrintJsonTables(const Struct& object, std::ostream& out) { PrintAt("", object, out); }

}  // namespace kinerja::ctl
