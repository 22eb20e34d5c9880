// Text in columns for people: as wide as the widest cell, the last column as long as it is.
// Threading: one thread.
//
//   Table table({"NAME", "STATUS"});
//   table.Add({name, "DRAFT"});
//   table.Print(std::cout, "  ");
#ifndef KINERJA_GATEWAY_CTL_TABLE_H_
#define KINERJA_GATEWAY_CTL_TABLE_H_

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace kinerja::ctl {

class Table {
 public:
  // The heading is left out when all its cells are empty.
  explicit Table(std::vector<std::string> heading);

  // `cells` has one for each column. Control characters are shown as blanks: what a record holds
  // must not move the cursor of who reads it.
  void Add(std::vector<std::string> cells);
  // A row whose last column has several lines; `cells` are those before it.
  void AddWithMore(std::vector<std::string> cells, const std::vector<std::string>& lines);
  bool empty() const { return rows_.size() == 1; }
  // Every line begins with `indent`.
  void Print(std::ostream& out, std::string_view indent = "") const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the first is the heading
};

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_TABLE_H_
