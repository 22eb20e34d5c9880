#include "gateway/settings/settings.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/check.h"
#include "gateway/schema/json.h"
#include "gateway/settings/cross_checks.h"
#include "gateway/settings/files.h"
#include "gateway/settings/message_reader.h"
#include "gateway/settings/yaml.h"

namespace kinerja::settings {
namespace {

using config::v1::GatewayConfig;

// The sentence of the catalogue without the field, with which it begins. Those that are worded for
// records and tables say it otherwise here.
std::string SentenceOf(const schema::Violation& violation) {
  std::string_view sentence = schema::ReasonFacts(violation.reason).en();
  if (violation.reason == v1::ERROR_REASON_FIELD_TYPE) sentence = "is {found}; write {wanted}";
  if (violation.reason == v1::ERROR_REASON_DATE_FORMAT) {
    sentence = "is no date of the calendar; write it as yyyy-mm-dd";
  }
  const bool has_no_least =
      std::find(violation.metadata.begin(), violation.metadata.end(),
                schema::Metadata::value_type("min", "any")) != violation.metadata.end();
  if (violation.reason == v1::ERROR_REASON_FIELD_RANGE && has_no_least) {
    sentence = "is more than {max}; give at most that";
  }
  if (sentence.starts_with("{field} ")) sentence.remove_prefix(sizeof("{field} ") - 1);
  return schema::FillSentence(sentence, violation.metadata);
}

void CheckFieldRules(const GatewayConfig& config, Mistakes* mistakes) {
  static const auto* const checker = new schema::Checker(GatewayConfig::descriptor());
  std::vector<schema::Violation> violations;
  checker->Check(config, {}, "", &violations);
  for (const schema::Violation& violation : violations) {
    mistakes->Add(violation.field, SentenceOf(violation));
  }
}

// Where the adapter's manifest has a say (call_timeout, settle_time), nothing is filled.
void FillPace(config::v1::Pace* pace) {
  if (pace->max_in_flight() == 0) pace->set_max_in_flight(4);
  if (pace->max_looks() == 0) pace->set_max_looks(8);
  if (!pace->has_backoff_initial()) pace->mutable_backoff_initial()->set_seconds(2);
  if (!pace->has_backoff_max()) pace->mutable_backoff_max()->set_seconds(600);
}

// The defaults that config.proto names. A zero that stood in the file has been refused.
void FillDefaults(GatewayConfig* config) {
  const auto fill = [](auto* message, auto get, auto set, auto value) {
    if ((message->*get)() == 0) (message->*set)(value);
  };
  using config::v1::Limits;
  auto* const limits = config->mutable_limits();
  fill(limits, &Limits::max_message_bytes, &Limits::set_max_message_bytes, 1U << 20);
  fill(limits, &Limits::max_calls_in_flight, &Limits::set_max_calls_in_flight, 1000U);
  fill(limits, &Limits::max_waiting_writes, &Limits::set_max_waiting_writes, 4096U);
  fill(limits, &Limits::max_scan, &Limits::set_max_scan, 10'000U);
  if (!limits->has_stop_grace()) limits->mutable_stop_grace()->set_seconds(10);
  auto* const store = config->mutable_store();
  if (!store->has_request_retention()) {
    store->mutable_request_retention()->set_seconds(8 * 24 * 3600);
  }
  fill(store->mutable_sqlite(), &config::v1::SqliteStore::readers,
       &config::v1::SqliteStore::set_readers, 2U);
  for (config::v1::Target& target : *config->mutable_targets()) {
    FillPace(target.mutable_pace());
  }
  if (!config->has_delivery_grace()) config->mutable_delivery_grace()->set_seconds(5);
  for (config::v1::SourceSystem& system : *config->mutable_systems()) {
    if (system.has_pmm()) FillPace(system.mutable_pace());
    if (system.owner() == v1::OWNER_UNSPECIFIED) system.set_owner(v1::OWNER_ORIGIN);
  }
  if (config->log().level() == config::v1::LOG_LEVEL_UNSPECIFIED) {
    config->mutable_log()->set_level(config::v1::LOG_LEVEL_INFO);
  }
}

absl::Status ToStatus(const std::string& path, const Mistakes& mistakes) {
  const absl::Status coded =
      schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_CONFIG_INVALID,
                    {{"total", std::to_string(mistakes.size())}});
  absl::Status named(coded.code(), Format(path, mistakes.Sorted()));
  coded.ForEachPayload(
      [&named](absl::string_view url, const absl::Cord& bytes) { named.SetPayload(url, bytes); });
  return named;
}

}  // namespace

GatewayConfig ParseConfig(std::string_view yaml, Mistakes* mistakes) {
  GatewayConfig config;
  const YamlNode root = ParseYaml(yaml, mistakes);
  if (root.kind == YamlNode::Kind::kBroken) return config;
  ReadMessage(root, &config, mistakes);
  mistakes->NextPass();
  CheckFieldRules(config, mistakes);
  mistakes->NextPass();
  return config;
}

absl::StatusOr<Settings> LoadSettings(const std::string& path, absl::Time now) {
  Mistakes mistakes;
  const absl::StatusOr<std::string> yaml = ReadFile(path, kMaxYamlBytes);
  if (!yaml.ok()) {
    mistakes.AddAtLine(1, "", std::string(yaml.status().message()));
    return ToStatus(path, mistakes);
  }
  Settings settings;
  settings.config = ParseConfig(*yaml, &mistakes);
  ResolvePaths(std::filesystem::path(path).parent_path(), &settings.config);
  settings.reference = LoadReference(settings.config, &mistakes);
  mistakes.NextPass();
  CrossCheck(settings.config, settings.reference.get(), &mistakes);
  CheckFiles(settings.config, now, &mistakes);
  if (!mistakes.empty()) return ToStatus(path, mistakes);
  FillDefaults(&settings.config);
  return settings;
}

std::string EffectiveConfigForLog(const GatewayConfig& config) {
  GatewayConfig masked = config;
  for (config::v1::Principal& principal : *masked.mutable_principals()) {
    if (principal.has_bearer_token_sha256()) principal.set_bearer_token_sha256("***");
  }
  return schema::ToJson(masked, /*pretty=*/false).value_or("{}");
}

}  // namespace kinerja::settings
