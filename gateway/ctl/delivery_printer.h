// What kinerjactl prints of deliveries, jobs and targets: tables for people, or JSON, one object
// per line with the names of the schema.
//
// Threading: one thread at a time.
#ifndef KINERJA_GATEWAY_CTL_DELIVERY_PRINTER_H_
#define KINERJA_GATEWAY_CTL_DELIVERY_PRINTER_H_

#include <ostream>
#include <string>
#include <vector>

#include "gateway/ctl/flags.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/target_service.pb.h"

namespace kinerja::ctl {

class DeliveryPrinter {
 public:
  // The stream is not owned and outlives the printer.
  DeliveryPrinter(std::ostream* out, bool json, Language language)
      : out_(*out), json_(json), language_(language) {}

  // Where a record is: a row for each target, its parts indented under it. In Indonesian also the
  // heading.
  void PrintExplanation(const v1::ExplainSkpResponse& explanation);
  // Rows of a list; JSON: each as it is.
  void PrintDeliveries(const google::protobuf::RepeatedPtrField<v1::Delivery>& deliveries);
  void PrintTargets(const google::protobuf::RepeatedPtrField<v1::DeliveryTarget>& targets);
  // One, whole.
  void PrintDelivery(const v1::Delivery& delivery);
  void PrintTarget(const v1::DeliveryTarget& target);
  void PrintJob(const v1::Job& job);
  void PrintCheck(const v1::CheckTargetResponse& check);

  // What a change would do: nothing was done.
  void PrintPreview(const v1::RetryDeliveriesResponse& preview);
  void PrintPreview(const v1::CancelDeliveriesResponse& preview);
  void PrintPreview(const v1::BackfillTargetResponse& preview);

 private:
  // With --output json, prints and gives true.
  bool PrintedAsJson(const google::protobuf::Message& message);
  void PrintKeptAside(const v1::KeptAside& kept_aside);
  void PrintParts(const v1::Delivery& delivery);
  void PrintAttempts(const v1::Delivery& delivery);

  std::ostream& out_;
  const bool json_;
  const Language language_;
};

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_DELIVERY_PRINTER_H_
