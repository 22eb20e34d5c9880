#include "gateway/schema/field_plan.h"

namespace kinerja::schema {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const FieldPlan& FieldPlanCache::For(const Descriptor& type) {
  const base::MutexLock lock(mutex_);
  return Compile(type);
}

const FieldPlan& FieldPlanCache::Compile(const Descriptor& type) {
  std::unique_ptr<FieldPlan>& slot = plans_[&type];
  if (slot != nullptr) return *slot;
  slot = std::make_unique<FieldPlan>();  // before the fields: a type may contain itself
  FieldPlan& plan = *slot;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const FieldAction action = choose_(*field);
    if (action != FieldAction::kLeave) {
      plan.steps.push_back({field, action, nullptr, field->is_repeated()});
    } else if (field->message_type() != nullptr && !field->is_map()) {
      const FieldPlan& child = Compile(*field->message_type());
      if (!child.steps.empty()) {
        plan.steps.push_back({field, action, &child, field->is_repeated()});
      }
    }
  }
  return plan;
}

}  // namespace kinerja::schema
