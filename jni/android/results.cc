#include "android/results.h"

#include <string>
#include <vector>

#include "android/java.h"

namespace pocketlens {
namespace {

// A Kotlin class that this file makes objects of, by its only constructor.
struct JavaClass {
  const char* name;
  const char* constructor_signature;
  jclass reference;  // global, lives as long as the library
  jmethodID constructor;
};

JavaClass result_class = {"io/pocketlens/classifier/NativeResult", "([I[FIFFIFF[D[F)V", nullptr,
                          nullptr};
JavaClass model_class = {"io/pocketlens/classifier/NativeModel",
                         "([Ljava/lang/String;DD[Ljava/lang/String;[Ljava/lang/String;"
                         "[Ljava/lang/String;[F[I[I)V",
                         nullptr, nullptr};

bool Find(JNIEnv* env, JavaClass* wanted) {
  const Local<jclass> found(env, env->FindClass(wanted->name));
  if (found.get() == nullptr) {
    return false;
  }
  wanted->constructor = env->GetMethodID(found.get(), "<init>", wanted->constructor_signature);
  if (wanted->constructor == nullptr) {
    return false;
  }
  wanted->reference = static_cast<jclass>(env->NewGlobalRef(found.get()));
  return wanted->reference != nullptr;
}

// The columns of the label table as Kotlin takes them.
struct LabelColumns {
  std::vector<std::string> mids;
  std::vector<std::string> names;
  std::vector<float> figures;   // threshold, precision, recall, f1 a label
  std::vector<jint> counts;     // threshold status, support a label
  std::vector<jint> hierarchy;  // parent, child a pair
};

LabelColumns Columns(const Package& package) {
  LabelColumns columns;
  for (size_t i = 0; i < package.labels.size(); ++i) {
    const Label& label = package.labels[i];
    columns.mids.push_back(label.mid);
    columns.names.push_back(label.name);
    columns.figures.insert(columns.figures.end(),
                           {label.threshold, label.precision, label.recall, label.f1});
    columns.counts.insert(columns.counts.end(), {static_cast<jint>(label.status), label.support});
    for (int child : label.children) {
      columns.hierarchy.insert(columns.hierarchy.end(), {static_cast<jint>(i), child});
    }
  }
  return columns;
}

}  // namespace

bool FindResultClasses(JNIEnv* env) { return Find(env, &result_class) && Find(env, &model_class); }

jobject ProcessRunnetResult(JNIEnv* env, const Classification& classification) {
  std::vector<jint> indices;
  std::vector<float> scores;
  for (const ScoredLabel& label : classification.labels) {
    indices.push_back(label.index);
    scores.insert(scores.end(), {label.score, label.probability});
  }
  const ScoredLabel& headline = classification.headline;
  const ScoredLabel& guess = classification.guess;
  const Timings& t = classification.timings;
  const Local<jintArray> index_array(env, ToJava(env, indices));
  const Local<jfloatArray> score_array(env, ToJava(env, scores));
  const Local<jdoubleArray> timings(
      env, ToJava(env, std::vector<double>{t.preprocess_ms, t.inference_ms, t.scores_ms}));
  const Local<jfloatArray> probabilities(env, ToJava(env, classification.probabilities));
  jobject made = env->NewObject(result_class.reference, result_class.constructor, index_array.get(),
                                score_array.get(), static_cast<jint>(headline.index),
                                static_cast<double>(headline.score),
                                static_cast<double>(headline.probability),
                                static_cast<jint>(guess.index), static_cast<double>(guess.score),
                                static_cast<double>(guess.probability), timings.get(),
                                probabilities.get());
  CheckPending(env);
  return made;
}

jobject DescribePackage(JNIEnv* env, const Package& package, const BackendReport& backend) {
  const LabelColumns columns = Columns(package);
  const Local<jobjectArray> texts(
      env, ToJava(env, std::vector<std::string>{package.name, package.title,
                                                package.runtime_version, package.weights_variant,
                                                package.manifest, backend.asked, backend.used,
                                                backend.reason}));
  const Local<jobjectArray> languages(env, ToJava(env, package.languages));
  const Local<jobjectArray> mids(env, ToJava(env, columns.mids));
  const Local<jobjectArray> names(env, ToJava(env, columns.names));
  const Local<jfloatArray> figures(env, ToJava(env, columns.figures));
  const Local<jintArray> counts(env, ToJava(env, columns.counts));
  const Local<jintArray> hierarchy(env, ToJava(env, columns.hierarchy));
  jobject made =
      env->NewObject(model_class.reference, model_class.constructor, texts.get(),
                     package.parity_tolerance, backend.difference, languages.get(), mids.get(), names.get(),
                     figures.get(), counts.get(), hierarchy.get());
  CheckPending(env);
  return made;
}

}  // namespace pocketlens
