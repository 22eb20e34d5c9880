// The command line of what concerns deliveries and targets.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/ctl/flag_words.h"

namespace kinerja::ctl {
namespace {

constexpr char kEveryInstansi[] = "default: every instansi, which you must be allowed to use";

using Words = std::vector<std::string>;

constexpr char kDeliveryName[] = "instansi/{kode_bkn}/skp/{id}/deliveries/{target}";

std::string StateWords() { return EnumWords(v1::DeliveryState_descriptor(), "DELIVERY_STATE_"); }

// A text that `set` puts where it belongs.
template <typename Set>
CLI::Option* AddText(CLI::App* command, const std::string& name, Set set, const std::string& help) {
  return command->add_option_function<std::string>(name, set, help);
}

CLI::App* AddCommand(CLI::App* app, const char* name, const char* help, Command value,
                     Flags* flags) {
  CLI::App* command = app->add_subcommand(name, help);
  command->callback([flags, value] { flags->command = value; });
  return command;
}

// --state and --reason.
void AddStateAndReason(CLI::App* command, v1::DeliveryFilter* filter) {
  AddText(
      command, "--state",
      [filter](const std::string& word) {
        filter->set_state(static_cast<v1::DeliveryState>(
            EnumNumber(v1::DeliveryState_descriptor(), "DELIVERY_STATE_", "--state", word)));
      },
      StateWords());
  AddText(
      command, "--reason",
      [filter](const std::string& word) { filter->set_reason(ReasonNumber("--reason", word)); },
      "code of the reason, for example NIP_NOT_FOUND");
}

CLI::Option* AddTargetOption(CLI::App* command, v1::DeliveryFilter* filter) {
  return AddText(
      command, "--target", [filter](const std::string& id) { filter->set_target(id); },
      "id of the target");
}

// --parent, and --instansi that is short for it.
template <typename Request>
void AddParent(CLI::App* command, Request* request, const std::string& otherwise) {
  CLI::Option* parent = AddText(
      command, "--parent", [request](const std::string& value) { request->set_parent(value); },
      absl::StrCat("a record, or instansi/{kode_bkn}; ", otherwise));
  AddText(
      command, "--instansi",
      [request](const std::string& code) { request->set_parent(absl::StrCat("instansi/", code)); },
      "kode_bkn, short for --parent")
      ->excludes(parent);
}

void AddWait(CLI::App* command, Flags* flags) {
  command->add_flag("--wait", flags->change.wait, "follow the job until it is done");
}

void AddYesAndWait(CLI::App* command, Flags* flags) {
  CLI::Option* yes =
      command->add_flag("--yes", flags->change.yes, "do it; without, it is only counted");
  command->add_flag("--wait", flags->change.wait, "follow the job until it is done")->needs(yes);
}

void AddExplain(CLI::App* app, Flags* flags) {
  CLI::App* command =
      AddCommand(app, "explain", "Says where a record is, at every target, and what happens next",
                 Command::kExplain, flags);
  v1::ExplainSkpRequest* request = &flags->explain;
  CLI::Option* name = AddText(
      command, "name", [request](const std::string& value) { request->set_name(value); },
      "instansi/{kode_bkn}/skp/{id}");
  command
      ->add_option_function<Words>(
          "--source",
          [request](const Words& words) {
            request->set_source_system(words[0]);
            request->set_source_id(words[1]);
          },
          "source.system and the id there; also of a record that was kept aside")
      ->expected(2)
      ->type_name("SYSTEM ID")
      ->excludes(name);
  command->footer(
      "Sentences are Indonesian unless --lang says otherwise.\n\n"
      "Examples:\n"
      "  kinerjactl explain instansi/9901/skp/0f3k2m9qw81az\n"
      "  kinerjactl explain --source pmm pmm-2024-1-0000101 --language en\n"
      "  kinerjactl explain instansi/9901/skp/0f3k2m9qw81az --output json | jq .targets");
}

void AddDeliveries(CLI::App* app, Flags* flags) {
  CLI::App* command =
      AddCommand(app, "deliveries", "Lists deliveries, in the order in which they first came up",
                 Command::kDeliveries, flags);
  v1::ListDeliveriesRequest* request = &flags->deliveries;
  request->set_parent("instansi/-");
  AddParent(command, request, "default: all you may see");
  AddTargetOption(command, request->mutable_filter());
  AddStateAndReason(command, request->mutable_filter());
  AddLimit(command, flags);
  command->footer(
      "Examples:\n"
      "  kinerjactl deliveries --instansi 9901 --target bkn --state REFUSED\n"
      "  kinerjactl deliveries --parent instansi/9901/skp/0f3k2m9qw81az\n"
      "  kinerjactl deliveries --reason NIP_NOT_FOUND --limit 0 --output json");
}

void AddDelivery(CLI::App* app, Flags* flags) {
  CLI::App* command =
      AddCommand(app, "delivery", "Shows one delivery with its parts and last tries",
                 Command::kDelivery, flags);
  AddText(
      command, "name", [flags](const std::string& name) { flags->delivery.set_name(name); },
      kDeliveryName)
      ->required();
  command->footer(
      "Examples:\n"
      "  kinerjactl delivery instansi/9901/skp/0f3k2m9qw81az/deliveries/bkn\n"
      "  kinerjactl delivery instansi/9901/skp/0f3k2m9qw81az/deliveries/bkn --output json "
      "| jq .attempts");
}

void AddRetry(CLI::App* app, Flags* flags) {
  CLI::App* command = AddCommand(app, "retry", "Has deliveries tried again that wait for a person",
                                 Command::kRetry, flags);
  v1::RetryDeliveriesRequest* request = &flags->retry;
  AddTargetOption(command, request->mutable_filter())->required();
  AddStateAndReason(command, request->mutable_filter());
  AddParent(command, request, kEveryInstansi);
  AddText(
      command, "--since",
      [request](const std::string& word) {
        *request->mutable_refused_since() = Instant("--since", word);
      },
      "refused since, for example 2026-01-31T00:00:00Z; default: the last 24 hours");
  AddText(
      command, "--found",
      [request](const std::string& word) {
        request->set_found(static_cast<v1::TargetFinding>(
            EnumNumber(v1::TargetFinding_descriptor(), "TARGET_FINDING_", "--found", word)));
      },
      absl::StrCat("what you have seen at the target, ",
                   EnumWords(v1::TargetFinding_descriptor(), "TARGET_FINDING_"),
                   ": settles OUTCOME_UNKNOWN and TARGET_CANNOT_REMOVE"));
  AddYesAndWait(command, flags);
  command->footer(
      "Without --yes it is counted, with samples, and nothing is done. With --yes it is counted\n"
      "again and done for that count; a job does it in batches, within the target's quota.\n\n"
      "Examples:\n"
      "  kinerjactl retry --target bkn --reason TARGET_REFUSED\n"
      "  kinerjactl retry --target bkn --parent instansi/9901/skp/0f3k2m9qw81az --yes\n"
      "  kinerjactl retry --target bkn --parent instansi/9901/skp/0f3k2m9qw81az --found there "
      "--yes\n"
      "  kinerjactl retry --target bkn --since 2026-01-31T00:00:00Z --yes --wait\n"
      "  kinerjactl retry --target bkn --output json | jq .count");
}

void AddCancel(CLI::App* app, Flags* flags) {
  CLI::App* command =
      AddCommand(app, "cancel", "Calls deliveries off that wait for a person or for their turn",
                 Command::kCancel, flags);
  v1::DeliveryFilter* filter = flags->cancel.mutable_filter();
  AddTargetOption(command, filter)->required();
  AddStateAndReason(command, filter);
  AddParent(command, &flags->cancel, kEveryInstansi);
  AddYesAndWait(command, flags);
  command->footer(
      "Without --yes it is only counted. A newer revision of a record is delivered again.\n\n"
      "Examples:\n"
      "  kinerjactl cancel --target bkn --state REFUSED --reason NIP_NOT_FOUND\n"
      "  kinerjactl cancel --target bkn --state PENDING --yes --wait");
}

void AddBackfill(CLI::App* app, Flags* flags) {
  CLI::App* command = AddCommand(
      app, "backfill",
      "Delivers records to a target that the routes of today select and those of their day did not",
      Command::kBackfill, flags);
  AddText(
      command, "--target", [flags](const std::string& id) { flags->backfill.set_target(id); },
      "id of the target")
      ->required();
  AddParent(command, &flags->backfill, kEveryInstansi);
  AddYesAndWait(command, flags);
  command->footer(
      "Without --yes it is only counted.\n\n"
      "Examples:\n"
      "  kinerjactl backfill --target bkn\n"
      "  kinerjactl backfill --target bkn --yes --wait");
}

void AddJob(CLI::App* app, Flags* flags) {
  CLI::App* command =
      AddCommand(app, "job", "Shows how far a change of many deliveries is", Command::kJob, flags);
  AddText(
      command, "name", [flags](const std::string& name) { flags->job.set_name(name); }, "jobs/{id}")
      ->required();
  AddWait(command, flags);
  command->footer(
      "Examples:\n"
      "  kinerjactl job jobs/17\n"
      "  kinerjactl job jobs/17 --wait");
}

// A command whose only word is a target.
void AddTargetCommand(CLI::App* app, const char* name, const char* help, Command value,
                      Flags* flags) {
  CLI::App* command = AddCommand(app, name, help, value, flags);
  command->add_option("id", flags->target, "id of the target")->required();
  command->footer(absl::StrCat("Examples:\n  kinerjactl ", name, " bkn\n  kinerjactl ", name,
                               " bkn --output json"));
}

void AddTargets(CLI::App* app, Flags* flags) {
  CLI::App* command = AddCommand(app, "targets", "Lists the targets and how they are doing",
                                 Command::kTargets, flags);
  AddLimit(command, flags);
  command->footer(
      "Examples:\n"
      "  kinerjactl targets\n"
      "  kinerjactl targets --output json | jq -r 'select(.paused) | .id'");
}

}  // namespace

void AddDeliveryCommands(CLI::App* app, Flags* flags) {
  AddExplain(app, flags);
  AddDeliveries(app, flags);
  AddDelivery(app, flags);
  AddRetry(app, flags);
  AddCancel(app, flags);
  AddBackfill(app, flags);
  AddJob(app, flags);
  AddTargets(app, flags);
  AddTargetCommand(app, "target", "Shows a target, how it is doing and what it is owed",
                   Command::kTarget, flags);
  AddTargetCommand(app, "pause", "Begins no new call at a target until it is resumed",
                   Command::kPause, flags);
  AddTargetCommand(app, "resume", "Goes on at a target", Command::kResume, flags);
  AddTargetCommand(app, "check",
                   "Examines the way to a target or a source; nothing is written there",
                   Command::kCheck, flags);
}

}  // namespace kinerja::ctl
