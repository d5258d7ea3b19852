#include "android/teaching.h"

#include <memory>
#include <string>

#include "android/exceptions.h"
#include "android/handles.h"
#include "android/java.h"
#include "android/method.h"
#include "android/pictures.h"
#include "android/results.h"
#include "core/classifier.h"
#include "core/teaching/taught_labels.h"

namespace pocketlens {
namespace {

// --- Native methods, in the order of NativeTeaching.kt ---

// A new set for what a classifier's package embeds.
template <class Make>
jlong OpenSet(JNIEnv* env, jlong classifier, const Make& make) {
  return Guarded(env, jlong{0}, [&] {
    return TaughtSets().Add(ValueOf(make(FindClassifier(classifier)->package().space)));
  });
}

jlong New(JNIEnv* env, jclass, jlong classifier) {
  return OpenSet(env, classifier, [](auto space) { return TaughtLabels::Make(space); });
}

jlong Open(JNIEnv* env, jclass, jlong classifier, jstring path) {
  return OpenSet(env, classifier,
                 [&](auto space) { return TaughtLabels::Open(space, FromJava(env, path)); });
}

jlong Read(JNIEnv* env, jclass, jlong classifier, jbyteArray bytes) {
  return OpenSet(env, classifier,
                 [&](auto space) { return TaughtLabels::Read(space, FromJava(env, bytes)); });
}

jbyteArray Write(JNIEnv* env, jclass, jlong taught) {
  return Guarded(env, jbyteArray{}, [&] { return BytesToJava(env, FindTaught(taught)->Write()); });
}

jobject List(JNIEnv* env, jclass, jlong taught) {
  return Guarded(env, jobject{}, [&] { return ListTaught(env, *FindTaught(taught)->state()); });
}

// Runs what changes a set or saves it.
template <class Change>
void On(JNIEnv* env, jlong taught, const Change& change) {
  Guarded(env, 0, [&] {
    Check(change(*FindTaught(taught)));
    return 0;
  });
}

void Save(JNIEnv* env, jclass, jlong taught, jstring path) {
  On(env, taught, [&](TaughtLabels& set) { return set.Save(FromJava(env, path)); });
}

void RemoveLabel(JNIEnv* env, jclass, jlong taught, jstring mid) {
  On(env, taught, [&](TaughtLabels& set) { return set.RemoveLabel(FromJava(env, mid)); });
}

void RemovePicture(JNIEnv* env, jclass, jlong taught, jstring mid, jint picture) {
  On(env, taught,
     [&](TaughtLabels& set) { return set.RemovePicture(FromJava(env, mid), picture); });
}

void Rename(JNIEnv* env, jclass, jlong taught, jstring mid, jstring name) {
  On(env, taught, [&](TaughtLabels& set) {
    return set.Rename(FromJava(env, mid), FromJava(env, name));
  });
}

void Merge(JNIEnv* env, jclass, jlong taught, jlong others) {
  On(env, taught, [&](TaughtLabels& set) { return set.Merge(*FindTaught(others)); });
}

void Close(JNIEnv* env, jclass, jlong taught) {
  Guarded(env, 0, [&] {
    TaughtSets().Remove(taught);  // a classifier that uses it keeps it alive
    return 0;
  });
}

void Use(JNIEnv* env, jclass, jlong classifier, jlong taught) {
  Guarded(env, 0, [&] {
    const auto found = FindClassifier(classifier);
    Check(found->UseTaught(taught == 0 ? nullptr : FindTaught(taught)));
    return 0;
  });
}

jobject TeachBitmap(JNIEnv* env, jclass, jlong classifier, jlong taught, jstring name,
                    jobject bitmap, jint rotation, jboolean mirror, jdoubleArray region) {
  return Guarded(env, jobject{}, [&] {
    const auto found = FindClassifier(classifier);
    const auto set = FindTaught(taught);
    const std::string label = FromJava(env, name);
    const TaughtPicture added =
        OnBitmap(env, bitmap, rotation, mirror, region, [&](const Frame& frame) {
          return ValueOf(found->Teach(set.get(), label, frame));
        });
    return TellTaught(env, added);
  });
}

jobject TeachPlanes(JNIEnv* env, jclass, jlong classifier, jlong taught, jstring name, jobject y,
                    jobject u, jobject v, jintArray layout, jdoubleArray region) {
  return Guarded(env, jobject{}, [&] {
    const auto found = FindClassifier(classifier);
    const auto set = FindTaught(taught);
    const std::string label = FromJava(env, name);
    const Frame frame = PlanesFrame(env, y, u, v, layout, region);
    return TellTaught(env, ValueOf(found->Teach(set.get(), label, frame)));
  });
}

}  // namespace

bool RegisterTeaching(JNIEnv* env) {
#define TEXT "Ljava/lang/String;"
#define BUFFERS "Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;"
#define PICTURE "Lio/pocketlens/classifier/NativeTaughtPicture;"
  const JNINativeMethod methods[] = {
      Method("empty", "(J)J", New),
      Method("openSet", "(J" TEXT ")J", Open),
      Method("read", "(J[B)J", Read),
      Method("write", "(J)[B", Write),
      Method("list", "(J)Lio/pocketlens/classifier/NativeTaught;", List),
      Method("save", "(J" TEXT ")V", Save),
      Method("remove", "(J" TEXT ")V", RemoveLabel),
      Method("removePicture", "(J" TEXT "I)V", RemovePicture),
      Method("rename", "(J" TEXT TEXT ")V", Rename),
      Method("merge", "(JJ)V", Merge),
      Method("closeSet", "(J)V", Close),
      Method("use", "(JJ)V", Use),
      Method("teachBitmap", "(JJ" TEXT "Landroid/graphics/Bitmap;IZ[D)" PICTURE, TeachBitmap),
      Method("teachPlanes", "(JJ" TEXT BUFFERS "[I[D)" PICTURE, TeachPlanes),
  };
#undef PICTURE
#undef BUFFERS
#undef TEXT
  return Register(env, "io/pocketlens/classifier/NativeTeaching", methods);
}

}  // namespace pocketlens
