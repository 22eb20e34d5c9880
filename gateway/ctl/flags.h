// The command line of kinerjactl as values.
// Threading: one caller; reads the environment (KINERJA_SERVER).
//
//   ParsedFlags parsed = ParseFlags(argc, argv);
//   if (!parsed.flags) { /* print parsed.text, end with parsed.exit_code */ }
#ifndef KINERJA_GATEWAY_CTL_FLAGS_H_
#define KINERJA_GATEWAY_CTL_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/ctl/exit_code.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/error_reason.pb.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ctl {

enum class Command {
  kSubmit,
  kValidate,
  kGet,
  kList,
  kRevisions,
  kConflicts,
  kExplain,
  kDeliveries,
  kDelivery,
  kRetry,
  kCancel,
  kBackfill,
  kJob,
  kTargets,
  kTarget,
  kPause,
  kResume,
  kCheck,
  kSimulator,
  kGenerate,
  kPki,
};

// Which sentences are shown in tables; JSON always has both.
enum class Language { kBoth, kIndonesian, kEnglish };

enum class FileFormat { kJson, kTextproto, kBinary };

// How the gateway is reached.
struct Connection {
  std::string server = "127.0.0.1:8443";
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string token_file;  // empty: KINERJA_TOKEN
  bool plaintext = false;  // decided: --plaintext, or loopback without any TLS option
  absl::Duration timeout = absl::Seconds(30);
};

struct SubmitFlags {
  std::vector<std::string> files;
  std::string request_id;
  std::optional<uint64_t> expected_revision;
  int parallel = 1;
};

// A change of many deliveries.
struct ChangeFlags {
  bool yes = false;   // false: only count
  bool wait = false;  // follow the job to its end
};

struct GenerateFlags {
  uint64_t seed = 1;
  int count = 1;
  std::string system = "pmm";
  std::string instansi;
  v1::ErrorReason wrong = v1::ERROR_REASON_UNSPECIFIED;
  FileFormat format = FileFormat::kJson;
  std::string out_folder;
  std::string reference_folder = "config/reference";
};

// One request to the control API of a simulator.
struct SimulatorFlags {
  std::string url;  // without a slash at the end
  std::string method;
  std::string path;       // below /_control/, with the query
  std::string body;       // JSON; empty: none
  std::string body_file;  // read instead of `body` when it is not empty
};

struct PkiFlags {
  std::string folder;
  std::vector<std::string> server_names;
  std::vector<std::string> clients;
  bool force = false;
};

struct Flags {
  Command command = Command::kSubmit;
  Connection connection;
  bool json = false;
  Language language = Language::kBoth;
  SubmitFlags submit;  // submit and validate
  v1::GetSkpRequest get;
  v1::ListSkpsRequest list;
  v1::ListSkpRevisionsRequest revisions;
  v1::ListConflictsRequest conflicts;
  v1::ExplainSkpRequest explain;
  v1::ListDeliveriesRequest deliveries;
  v1::GetDeliveryRequest delivery;
  v1::RetryDeliveriesRequest retry;
  v1::CancelDeliveriesRequest cancel;
  v1::BackfillTargetRequest backfill;
  v1::GetJobRequest job;
  ChangeFlags change;  // retry, cancel, backfill; of job only `wait`
  std::string target;  // target, pause, resume, check
  int limit = 50;      // most rows of a list; 0: all
  GenerateFlags generate;
  PkiFlags pki;
  SimulatorFlags simulator;
};

struct ParsedFlags {
  std::optional<Flags> flags;          // absent: print `text` and end
  ExitCode exit_code = ExitCode::kOk;  // kOk: help or version, for stdout; else for stderr
  std::string text;
};

// Reads the command line. Every mistake that shows in it alone is found here.
ParsedFlags ParseFlags(int argc, const char* const* argv);

// Whether `host:port` names this machine itself, where plain text is the default.
bool IsLoopback(const std::string& server);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_FLAGS_H_
