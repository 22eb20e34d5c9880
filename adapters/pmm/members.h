// The members of one JSON object, read by the table of the wire format: each key once, in the type
// it must have, and whatever the profile does not know is drift.
//
//   record.Object("siklus", Need::kRequired, "periode", [&](Members& siklus) {
//     periode.set_tahun(siklus.Int("tahun", Need::kRequired, "periode.tahun"));
//   });
//
// `field` is the path of the canonical field, which is what violations name; what has no place of
// its own there goes by the source's words. A value that cannot be
// read is named and left out, and reading goes on: every mistake of a record is named at once.
// Values never stand in a violation.
//
// Threading: one thread. Ownership: JSON and Findings outlive the Members.
#ifndef KINERJA_ADAPTERS_PMM_MEMBERS_H_
#define KINERJA_ADAPTERS_PMM_MEMBERS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/pmm/strict_json.h"
#include "gateway/schema/catalogue.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"

namespace kinerja::adapters::pmm {

// For sentences: "text", "a list".
std::string_view KindOf(const Json& value);

// What is wrong with one record.
class Findings {
 public:
  // `dialect` names the profile in sentences.
  explicit Findings(std::string dialect) : dialect_(std::move(dialect)) {}

  void Add(std::string field, v1::ErrorReason reason, v1::Severity severity,
           schema::Metadata metadata, std::string_view rule);
  // Refuses the record.
  void Missing(std::string field);
  void Type(std::string field, std::string found, std::string wanted);
  // Holds it: the format has changed.
  void Drift(std::string field);

  const std::string& dialect() const { return dialect_; }
  std::vector<schema::Violation>& list() { return list_; }

 private:
  const std::string dialect_;
  std::vector<schema::Violation> list_;
};

// Whether a key must be there, and may be null. `''` is null; absent is null where it may be.
enum class Need {
  kRequired,
  kNullable,  // the key is there, null or not
  kOptional,
};

// A closed list of words. Each is a value of the enum without its prefix, unless renamed.
class WordList {
 public:
  struct Renamed {
    std::string_view word;
    std::string_view value;
  };

  // Without `words`: every value of the enum.
  WordList(const google::protobuf::EnumDescriptor* type, std::vector<std::string_view> words,
           std::vector<Renamed> renamed = {},
           v1::ErrorReason unknown = v1::ERROR_REASON_ENUM_UNKNOWN);

  std::optional<int> Find(std::string_view word) const;
  // For the sentence of an unknown word.
  const std::string& allowed() const { return allowed_; }
  v1::ErrorReason unknown() const { return unknown_; }

 private:
  void Add(std::string_view word, std::string_view value);

  const google::protobuf::EnumDescriptor* type_;
  std::vector<std::pair<std::string, int>> words_;
  std::string allowed_;
  v1::ErrorReason unknown_;
};

class Members {
 public:
  // `path` is that of the object in the source's own words, empty at the top.
  Members(const Json& object, std::string path, Findings& findings)
      : object_(object), path_(std::move(path)), findings_(findings) {}
  // What was not asked for is drift.
  ~Members();
  // Nothing more is drift: what the object may hold is not known.
  void IgnoreRest() { ignore_rest_ = true; }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  // Empty, 0, false or nothing where the value is missing, null or not readable.
  std::string Text(std::string_view key, Need need, std::string_view field);
  int32_t Int(std::string_view key, Need need, std::string_view field);
  std::optional<int32_t> MaybeInt(std::string_view key, Need need, std::string_view field);
  std::optional<uint64_t> Version(std::string_view key, std::string_view field);
  std::optional<bool> Bool(std::string_view key, Need need, std::string_view field);
  // Of this instant in UTC, ending in Z.
  std::optional<google::protobuf::Timestamp> Instant(std::string_view key, Need need,
                                                     std::string_view field);
  template <typename E>
  E Word(std::string_view key, Need need, std::string_view field, const WordList& list) {
    return static_cast<E>(WordNumber(key, need, field, list));
  }

  // Reads the object; false when there is none.
  bool Object(std::string_view key, Need need, std::string_view field,
              const std::function<void(Members&)>& read);
  // Reads each object of a list, in order; false when there is no list, or an empty one.
  bool Each(std::string_view key, Need need, std::string_view field,
            const std::function<void(Members&)>& read);

 private:
  // The value, unless it is null.
  const Json* Value(std::string_view key, Need need, std::string_view field);
  int WordNumber(std::string_view key, Need need, std::string_view field, const WordList& list);
  std::string PathOf(std::string_view key) const;

  const Json& object_;
  const std::string path_;
  Findings& findings_;
  std::vector<std::string_view> known_;  // keys that were asked for
  bool ignore_rest_ = false;
};

}  // namespace kinerja::adapters::pmm

#endif  // KINERJA_ADAPTERS_PMM_MEMBERS_H_
