// Which fields of a message type a walk has to change, compiled once per type from the field rules,
// so that a walk over a record visits nothing else.
#ifndef KINERJA_GATEWAY_SCHEMA_FIELD_PLAN_H_
#define KINERJA_GATEWAY_SCHEMA_FIELD_PLAN_H_

#include <memory>
#include <unordered_map>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/schema/descriptors.h"
#include "google/protobuf/descriptor.h"

namespace kinerja::schema {

enum class FieldAction { kLeave, kClear, kCleanDigits };

struct FieldPlan;

// One field to touch: act on it, or (kLeave) walk into its message.
struct FieldStep {
  const google::protobuf::FieldDescriptor* field;
  FieldAction action;
  const FieldPlan* child;  // of the message in a kLeave field; else nullptr
  bool repeated;
};

struct FieldPlan {
  std::vector<FieldStep> steps;
};

// Plans by message type, made when first asked for and kept. Safe for concurrent use.
class FieldPlanCache {
 public:
  using Choose = FieldAction (*)(const google::protobuf::FieldDescriptor& field);

  explicit FieldPlanCache(Choose choose) : choose_(choose) {}

  // Lives as long as the cache.
  const FieldPlan& For(const google::protobuf::Descriptor& type);

 private:
  const FieldPlan& Compile(const google::protobuf::Descriptor& type)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Choose choose_;
  base::Mutex mutex_;
  std::unordered_map<const google::protobuf::Descriptor*, std::unique_ptr<FieldPlan>> plans_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_FIELD_PLAN_H_
