#include "tests/simulators/bkn/switches.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;

bool TakeBool(const json& value, bool& target) {
  if (!value.is_boolean()) return false;
  target = value.get<bool>();
  return true;
}

bool TakeNumber(const json& value, int64_t least, int64_t& target) {
  if (!value.is_number_integer() || value.get<int64_t>() < least) return false;
  target = value.get<int64_t>();
  return true;
}

bool TakeWord(const json& value, std::initializer_list<std::string_view> words,
              std::string& target) {
  const std::string text = TextOf(&value);
  if (std::ranges::find(words, text) == words.end()) return false;
  target = text;
  return true;
}

bool TurnOne(std::string_view name, const json& value, Switches& switches) {
  if (name == "wso2_token_lifetime_s") {
    return TakeNumber(value, 1, switches.wso2_token_lifetime_s);
  }
  if (name == "sso_token_lifetime_s") return TakeNumber(value, 1, switches.sso_token_lifetime_s);
  if (name == "password_grant") return TakeBool(value, switches.password_grant);
  if (name == "map_data_object") return TakeBool(value, switches.map_data_object);
  if (name == "required_status") {
    return (value == 200 || value == 400) && TakeNumber(value, 200, switches.required_status);
  }
  if (name == "not_found") {
    return TakeWord(value, {"404", "200_text", "200_null", "200_absent", "record_not_found"},
                    switches.not_found);
  }
  if (name == "values_as_numbers") return TakeBool(value, switches.values_as_numbers);
  if (name == "gateway_errors") {
    return TakeWord(value, {"flat", "fault", "xml"}, switches.gateway_errors);
  }
  if (name == "first_auth_line_only") return TakeBool(value, switches.first_auth_line_only);
  if (name == "empty_history") return TakeBool(value, switches.empty_history);
  if (name == "transposed_quadrant") return TakeBool(value, switches.transposed_quadrant);
  return false;
}

}  // namespace

Switches SwitchBoard::Current() const {
  const std::lock_guard lock(mutex_);
  return switches_;
}

absl::Status SwitchBoard::Turn(const json& changes) {
  if (!changes.is_object()) return absl::InvalidArgumentError("give {\"switch\": value}");
  const std::lock_guard lock(mutex_);
  Switches turned = switches_;
  for (const auto& [name, value] : changes.items()) {
    if (!TurnOne(name, value, turned)) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no switch '", name, "' with that value"));
    }
  }
  switches_ = turned;
  return absl::OkStatus();
}

json SwitchBoard::List() const {
  const Switches now = Current();
  return {{"wso2_token_lifetime_s", now.wso2_token_lifetime_s},
          {"sso_token_lifetime_s", now.sso_token_lifetime_s},
          {"password_grant", now.password_grant},
          {"map_data_object", now.map_data_object},
          {"required_status", now.required_status},
          {"not_found", now.not_found},
          {"values_as_numbers", now.values_as_numbers},
          {"gateway_errors", now.gateway_errors},
          {"first_auth_line_only", now.first_auth_line_only},
          {"empty_history", now.empty_history},
          {"transposed_quadrant", now.transposed_quadrant}};
}

}  // namespace kinerja::simulators::bkn
