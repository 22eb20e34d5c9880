// Results: the rows that saves leave at SIASN, how they looked a while ago, and what each person's
// saves have done: the counters that tests compare with.
//
// A row is kept as the JSON text that a read gives. Kinds are skp22, kinerjaperiodik, angkakredit
// and dokumen (counted only).
//
// Threading: safe for concurrent use; each call is one step for all others.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_RESULTS_H_
#define KINERJA_TESTS_SIMULATORS_BKN_RESULTS_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kinerja::simulators::bkn {

enum class Kind { kSkp22, kKinerjaPeriodik, kAngkaKredit, kDokumen };
inline constexpr size_t kKinds = 4;

class Results {
 public:
  using Milliseconds = std::chrono::milliseconds;

  struct Save {
    Kind kind = Kind::kSkp22;
    std::string person;          // PNS id
    std::string id;              // of the row to replace; empty: none is named
    std::string natural_key;     // empty: a save without id always creates
    nlohmann::json row;          // as read back, without "id"
    bool keeps_path = false;     // the documents of a replaced row stay
    uint64_t new_documents = 0;  // that came in the same request
  };

  // The row's id; nothing when `save.id` names no row of that person.
  std::optional<std::string> Apply(Save save);

  // False: there is no such row. `person` is set to whose it was.
  bool Delete(Kind kind, const std::string& id, std::string& person);

  // Attaches a document to whatever row has that id. Nothing: no row has it. Else its person.
  std::optional<std::string> Attach(const std::string& row_id, const nlohmann::json& document);

  // Counts a document of nobody yet: a later save may name it.
  void CountDocument();

  // Rows as they were `age` ago.
  std::vector<std::string> Rows(Kind kind, const std::string& person, Milliseconds age) const;
  std::optional<std::string> Row(Kind kind, const std::string& id, Milliseconds age,
                                 std::string& person) const;

  // A row that was there before anybody asked: not an effect.
  void Load(Kind kind, const std::string& person, const nlohmann::json& row);

  // {"totals":{kind:{created,replaced,identical,deleted,rows}},"people":{pns id:{kind:...}}}.
  // "identical" counts those of "replaced" that changed nothing. `person` empty: everybody.
  nlohmann::json Effects(bool with_people, const std::string& person) const;

 private:
  using Instant = std::chrono::steady_clock::time_point;

  struct Version {
    Instant since;
    std::string text;  // empty: not there
  };
  struct Held {
    Kind kind;
    std::string person;
    std::string natural_key;
    std::vector<Version> versions;  // oldest first, at least one
  };
  struct Counts {
    uint64_t created = 0, replaced = 0, identical = 0, deleted = 0, rows = 0;
    void Add(const Counts& other);
    nlohmann::json AsJson() const;
  };
  struct Owned {
    std::array<std::vector<std::string>, kKinds> ids;
    std::array<Counts, kKinds> counts;
  };

  static const std::string& TextAt(const Held& held, Instant instant);
  static void Change(Held& held, std::string text);
  // All below: with mutex_ held.
  std::string NewId(Kind kind);
  const std::string* FindNatural(const Save& save);
  bool Replace(const std::string& id, Save& save, Counts& counts);
  void Insert(Kind kind, const std::string& person, const std::string& id,
              const std::string& natural_key, std::string text);
  static nlohmann::json CountsAsJson(const std::array<Counts, kKinds>& counts);

  mutable std::mutex mutex_;  // guards all below
  std::unordered_map<std::string, Held> rows_;
  std::unordered_map<std::string, Owned> people_;
  uint64_t next_ = 1;
};

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_RESULTS_H_
