"use strict";
// The page of `tools live`. Every answer comes from the server's core; this script shows them.
(() => {
  const HOLD_MS = 300; // a new headline must last so long before it replaces another, as in the app
  const SHOW_MS = 100; // numbers that change faster cannot be read
  const SPEAK_MS = 1500; // between two announcements of the camera
  const LANES = 2; // pictures under way: while one is in the core, the next is fetched
  const FEW = 2; // photos asked for side by side
  const WANTED = { width: { ideal: 640 }, height: { ideal: 480 } };

  const byId = (id) => document.getElementById(id);
  const copy = (id) => byId(id).content.firstElementChild.cloneNode(true);
  const setText = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const percent = (share) => `${Math.round(share * 100)}%`;
  const ms = (value) => `${value.toFixed(1)} ms`;
  const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
  const sleep = (time) => new Promise((done) => setTimeout(done, time));

  class Refused extends Error {} // an error that the server named

  const ask = async (path, body) => {
    let response;
    try {
      response = await fetch(path, body === undefined ? {} : { method: "POST", body });
    } catch {
      throw new Refused("The server does not answer. Was it ended? Type `make try` again.");
    }
    if (response.headers.get("Content-Type")?.startsWith("application/json")) {
      const told = await response.json();
      if (told.error) throw new Refused(`${told.error.message} [${told.error.name}]`);
      return told;
    }
    if (!response.ok) throw new Refused(await response.text());
    return response.blob();
  };
  const post = (path, value) => ask(path, value === undefined ? "" : JSON.stringify(value));
  const trouble = (text) => setText(byId("trouble"), text);
  const guarded = (place, work) => work().catch((error) => {
    if (!(error instanceof Refused)) console.error(error);
    setText(byId(place), error.message);
  });

  // --- packages

  let packages = [];
  const chosen = () => packages.filter((one) => one.chosen).map((one) => one.id);
  const loadPackages = async () => {
    const before = new Map(packages.map((one) => [one.id, one.chosen]));
    packages = (await ask("/api/packages")).packages;
    for (const one of packages) one.chosen = before.get(one.id) ?? true;
    byId("package-list").replaceChildren(...packages.map(packageRow));
    await knowPupil();
  };
  let listed = null; // once the packages are known; what comes before that waits for it
  const packagesListed = () => (listed ??= loadPackages().catch((error) => {
    listed = null;
    throw error;
  }));
  const packageRow = (one) => {
    const row = copy("package-row");
    const box = row.querySelector("input");
    box.checked = one.chosen;
    box.addEventListener("change", () => {
      one.chosen = box.checked;
      if (!chosen().length) one.chosen = box.checked = true; // one is always asked
      guarded("trouble", knowPupil);
      askAgain();
    });
    setText(row.querySelector(".title"), titleOf(one, true));
    const zip = row.querySelector(".zip");
    zip.href = `/api/packages/${one.id}.zip`;
    setText(zip, `${one.name}.zip`);
    const link = row.querySelector(".link");
    link.hidden = !one.link;
    link.href = `/api/packages/${one.id}.svg`;
    return row;
  };
  const titleOf = (one, long) => {
    const twins = packages.some((each) => each !== one && each.name === one.name);
    const name = twins ? `${one.name} (${one.file})` : one.name;
    return long
      ? `${name}: ${one.title}; ${one.variant} weights on ${one.runs_on}`
      : `${name} · ${one.variant}`;
  };

  // --- answers

  const wordsOf = (answer) => {
    if (!answer.headline) return "Not sure";
    return answer.headline.name + (answer.guess ? `, probably ${answer.guess.name}` : "");
  };
  const showAnswers = (answers) => {
    const columns = byId("columns");
    while (columns.children.length < answers.length) columns.append(copy("column"));
    while (columns.children.length > answers.length) columns.lastElementChild.remove();
    answers.forEach((answer, at) => showAnswer(columns.children[at], answer));
  };
  const showAnswer = (column, answer) => {
    const set = (kind, text) => setText(column.querySelector(kind), text);
    const one = packages.find((each) => each.id === answer.package);
    set(".package", one ? titleOf(one, false) : "");
    set(".path", answer.headline ? answer.path.join(" › ") : "Closest guesses. Go nearer or try another angle.");
    set(".headline", answer.headline ? answer.headline.name : "Not sure");
    set(".surety", answer.headline ? percent(answer.headline.score) : "");
    column.querySelector(".headline").classList.toggle("quiet", !answer.headline);
    set(".guess", answer.guess ? `probably ${answer.guess.name}` : "");
    showRows(column.querySelector(".rows"), answer);
    set(".compared", comparedWords(answer.compared));
    const differs = Boolean(answer.compared && !fits(answer.compared));
    column.classList.toggle("differs", differs);
    column.querySelector(".compared").classList.toggle("differs", differs);
    const took = answer.timings_ms;
    const decode = took.decode ? `decode ${ms(took.decode)}, ` : "";
    set(".times", `${decode}preprocess ${ms(took.preprocess)}, inference ${ms(took.inference)}`);
  };
  const showRows = (list, answer) => {
    const rows = answer.alternatives;
    while (list.children.length < rows.length) list.append(copy("row"));
    while (list.children.length > rows.length) list.lastElementChild.remove();
    rows.forEach((label, at) => {
      const row = list.children[at];
      const sure = label.score >= 0.5;
      row.classList.toggle("sure", sure);
      setText(row.querySelector(".score"), percent(label.score));
      setText(row.querySelector(".name"), label.name + (label.taught ? " (taught)" : ""));
      row.title = `raw output ${label.probability}; ${sure ? "sure" : "not sure"}`;
      row.querySelector(".fill").style.width = percent(label.score);
    });
  };
  const fits = (compared) =>
    compared.same_headline && (compared.largest === null || compared.largest <= compared.tolerance);
  const comparedWords = (compared) => {
    if (!compared) return "";
    const same = compared.same_headline ? "Same answer as the first." : "Differs from the first.";
    if (compared.largest === null) return `${same} Its labels are others.`;
    const within = compared.largest <= compared.tolerance ? "within" : "OVER";
    return `${same} Largest difference of a raw output: ${compared.largest.toPrecision(2)},`
      + ` ${within} the tolerance of ${compared.tolerance}.`;
  };
  const say = (answer) => setText(byId("said"),
    answer.headline ? `I see: ${wordsOf(answer)}` : "Not sure what this is");

  // --- photos

  const photos = []; // { file, card, told, failed }
  const waiting = [];
  let busy = 0;
  let shown = null;

  const takeFiles = (files) => {
    if (!files.length) return;
    stopCamera();
    trouble("");
    byId("photos").hidden = false;
    const added = [];
    for (const file of files) {
      const photo = { file, card: copy("card"), told: null, failed: "", url: URL.createObjectURL(file) };
      const picture = photo.card.querySelector("img");
      picture.addEventListener("error", () => guarded("trouble", () => preview(photo)), { once: true });
      picture.src = photo.url;
      setText(photo.card.querySelector(".told"), "…");
      setText(photo.card.querySelector(".file"), file.name);
      photo.card.querySelector("button").addEventListener("click", () => show(photo));
      added.push(photo);
    }
    byId("cards").prepend(...added.map((photo) => photo.card));
    photos.push(...added);
    waiting.push(...added);
    show(added[0]);
    work();
  };
  const preview = async (photo) => {
    if (photo.failed) return;
    try {
      photo.url = URL.createObjectURL(await ask("/api/preview", photo.file));
    } catch {
      return; // the answer itself says what is wrong with it
    }
    photo.card.querySelector("img").src = photo.url;
    if (photo === shown) byId("picture").src = photo.url;
  };
  const work = () => {
    while (busy < FEW && waiting.length) {
      busy += 1;
      name(waiting.shift()).finally(() => {
        busy -= 1;
        work();
      });
    }
    const bad = photos.filter((photo) => photo.failed).length;
    const left = waiting.length + busy;
    setText(byId("photos-status"), `${plural(photos.length, "photo")}`
      + (left ? `, ${left} to go` : "") + (bad ? `, ${bad} could not be read` : ""));
  };
  const name = async (photo) => {
    try {
      await packagesListed();
      const query = `packages=${chosen()}&name=${encodeURIComponent(photo.file.name)}`;
      photo.told = await ask(`/api/photo?${query}`, photo.file);
      photo.failed = "";
    } catch (error) {
      photo.told = null;
      photo.failed = error.message;
    }
    const different = photo.told?.answers.some((each) => each.compared && !each.compared.same_headline);
    photo.card.classList.toggle("failed", Boolean(photo.failed));
    photo.card.querySelector("img").hidden = Boolean(photo.failed);
    const words = photo.told ? wordsOf(photo.told.answers[0]) : photo.failed;
    setText(photo.card.querySelector(".told"), words + (different ? " (they differ)" : ""));
    if (photo === shown) show(photo);
  };
  const show = (photo) => {
    stopCamera();
    shown = photo;
    for (const other of photos) {
      other.card.querySelector("button").setAttribute("aria-current", String(other === photo));
    }
    const picture = byId("picture");
    byId("empty").hidden = true;
    picture.hidden = Boolean(photo.failed);
    picture.alt = photo.file.name;
    if (picture.src !== photo.url) picture.src = photo.url;
    trouble(photo.failed);
    showAnswers(photo.told ? photo.told.answers : []);
    if (photo.told) say(photo.told.answers[0]);
  };
  const askAgain = () => {
    for (const photo of photos) if (!waiting.includes(photo)) waiting.push(photo);
    work();
  };

  // --- camera

  const video = byId("video");
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  const live = { run: 0, on: false, held: false, grabbed: -1, sent: 0, got: 0, times: [] };

  const startCamera = async (device) => {
    trouble("");
    if (!navigator.mediaDevices) {
      throw new Refused("This browser lends its camera only to 127.0.0.1 and https.");
    }
    const which = device ? { deviceId: { exact: device } } : { facingMode: "environment" };
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...WANTED, ...which } });
    } catch (error) {
      throw new Refused(cameraWords(error));
    }
    stopCamera();
    video.srcObject = stream;
    await video.play();
    const track = stream.getVideoTracks()[0];
    track.addEventListener("ended", () => {
      stopCamera();
      trouble("The camera was taken away. Start it again when it is back.");
    });
    byId("mirror").checked = track.getSettings().facingMode !== "environment";
    mirror();
    Object.assign(live, { on: true, held: false, grabbed: -1, sent: 0, got: 0, times: [], shownAt: 0,
      head: undefined, spoken: 0 });
    showCamera(true);
    await listCameras(track.getSettings().deviceId);
    const run = ++live.run;
    for (let lane = 0; lane < LANES; lane += 1) guarded("trouble", () => watch(run));
  };
  const cameraWords = (error) => ({
    NotAllowedError: "The browser may not use the camera. Allow it in the address bar and try again.",
    NotFoundError: "No camera was found on this machine. Photos work all the same.",
    NotReadableError: "The camera is busy: another program uses it.",
    OverconstrainedError: "That camera is gone. Choose another one.",
  }[error.name] ?? `The camera does not answer (${error.name}).`);
  const stopCamera = () => {
    live.run += 1;
    live.on = false;
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    showCamera(false);
  };
  const showCamera = (on) => {
    video.hidden = !on;
    byId("rate").hidden = !on;
    byId("hold").hidden = !on;
    byId("camera-options").hidden = !on;
    if (on) {
      byId("empty").hidden = byId("picture").hidden = true;
      shown = null;
    }
    setHeld(false);
    setText(byId("camera"), on ? "Stop the camera" : "Start the camera");
    for (const button of document.querySelectorAll(".take")) button.disabled = !on;
  };
  const listCameras = async (current) => {
    const cameras = (await navigator.mediaDevices.enumerateDevices())
      .filter((device) => device.kind === "videoinput");
    byId("which-label").hidden = cameras.length < 2;
    byId("which").replaceChildren(...cameras.map((camera, at) => {
      const option = new Option(camera.label || `Camera ${at + 1}`, camera.deviceId);
      option.selected = camera.deviceId === current;
      return option;
    }));
  };
  const mirror = () => video.classList.toggle("mirrored", byId("mirror").checked); // the preview alone
  const setHeld = (held) => {
    live.held = held;
    byId("hold").setAttribute("aria-pressed", String(held));
    setText(byId("hold"), held ? "Go on" : "Hold the picture");
    if (!video.srcObject) return;
    if (held) video.pause();
    else video.play();
  };
  const nextFrame = () => new Promise((done) => {
    const look = (_, about) => {
      if (about.presentedFrames <= live.grabbed) return void video.requestVideoFrameCallback(look);
      live.grabbed = about.presentedFrames; // another lane may not take the same one
      done();
    };
    video.requestVideoFrameCallback(look);
  });
  const grab = () => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    brush.drawImage(video, 0, 0);
    return brush.getImageData(0, 0, canvas.width, canvas.height);
  };
  const watch = async (run) => {
    await packagesListed();
    while (run === live.run) {
      await nextFrame();
      if (run !== live.run) return;
      const { data, width, height } = grab();
      const number = ++live.sent;
      let told;
      try {
        told = await ask(`/api/frame?packages=${chosen()}&width=${width}&height=${height}`, data);
      } catch (error) {
        if (run === live.run) stopCamera();
        throw error;
      }
      if (run === live.run && number > live.got && !live.held) {
        live.got = number;
        read(told);
      }
    }
  };
  const read = (told) => {
    const now = performance.now();
    live.times.push(now);
    while (live.times.length > 1 && now - live.times[0] > 1000) live.times.shift();
    const steady = told.answers.map((answer, at) => holdHeadline(answer, at, now));
    const fresh = steady[0].headline?.index !== live.told?.[0]?.headline?.index;
    if (!fresh && now - live.shownAt < SHOW_MS) return;
    live.shownAt = now;
    live.told = steady;
    const took = told.answers[0].timings_ms;
    const core = took.preprocess + took.inference + took.scores;
    const rate = live.times.length > 1 ? (live.times.length - 1) / (now - live.times[0]) * 1000 : 0;
    setText(byId("rate"), `${rate.toFixed(0)} pictures a second · core ${ms(core)} · ${told.size.join("×")}`);
    showAnswers(steady);
    if (now - live.spoken > SPEAK_MS) {
      live.spoken = now;
      say(steady[0]);
    }
  };
  // A headline that flickers cannot be read: the one that is shown stays until another has lasted.
  const holdHeadline = (answer, at, now) => {
    live.head ??= [];
    const held = live.head[at] ??= { package: answer.package, shown: answer, other: answer, since: now };
    const index = (one) => one.headline?.index ?? -1;
    if (held.package !== answer.package || index(answer) === index(held.shown)) {
      Object.assign(held, { package: answer.package, shown: answer, other: answer });
    } else if (index(answer) !== index(held.other)) {
      Object.assign(held, { other: answer, since: now });
    } else if (now - held.since >= HOLD_MS) {
      held.shown = answer;
    }
    const { headline, guess, path } = held.shown;
    return { ...answer, headline, guess, path };
  };

  // --- teaching

  const SHOTS = 5;
  const pupil = () => packages.find((one) => one.chosen);
  let last = null; // the picture that can be taken back
  const showTaught = (labels) => {
    const one = pupil();
    one.taught = labels;
    byId("taught").replaceChildren(...labels.map((label) => {
      const row = copy("taught-row");
      setText(row.querySelector(".name"), label.name);
      setText(row.querySelector(".count"), plural(label.pictures, "picture"));
      row.querySelector("button").setAttribute("aria-label", `Forget ${label.name}`);
      row.querySelector("button").addEventListener("click", () => forget(label.mid));
      return row;
    }));
    const file = byId("taught-file");
    file.hidden = !labels.length;
    file.href = `/api/packages/${one.id}.taught`;
    byId("undo").hidden = last === null;
    countShots();
  };
  const countShots = () => {
    const name = byId("teach-name").value.trim();
    const taken = pupil()?.taught.find((label) => label.name === name)?.pictures ?? 0;
    setText(byId("shot"), taken < SHOTS ? `Take picture ${taken + 1} of ${SHOTS}` : "Take another picture");
  };
  const teachIt = async () => {
    setText(byId("teach-trouble"), "");
    const name = byId("teach-name").value.trim();
    if (!name) {
      byId("teach-name").focus();
      throw new Refused("Say what it is first.");
    }
    await packagesListed();
    const query = `package=${pupil().id}&name=${encodeURIComponent(name)}`;
    const told = await ask(...picture(query));
    last = told.added;
    showTaught(told.labels);
    setText(byId("teach-status"), told.added.hint);
    askAgain();
  };
  const picture = (query) => {
    if (live.on) {
      const { data, width, height } = grab();
      return [`/api/taught/add?${query}&width=${width}&height=${height}`, data];
    }
    if (!shown || shown.failed) throw new Refused("Start the camera or choose a photo that shows it.");
    return [`/api/taught/add?${query}`, shown.file];
  };
  const forget = (mid, at) => guarded("teach-trouble", async () => {
    setText(byId("teach-trouble"), "");
    const which = at === undefined ? "" : `&picture=${at}`;
    const query = `package=${pupil().id}&mid=${encodeURIComponent(mid)}${which}`;
    const told = await post(`/api/taught/remove?${query}`);
    last = null;
    showTaught(told.labels);
    setText(byId("teach-status"), at === undefined ? "Forgotten." : "Taken back.");
    askAgain();
  });
  const openTaught = async (file) => {
    setText(byId("teach-trouble"), "");
    await packagesListed();
    const told = await ask(`/api/taught/open?package=${pupil().id}`, file);
    last = null;
    showTaught(told.labels);
    setText(byId("teach-status"), `${file.name}: ${plural(told.labels.length, "label")}.`);
    askAgain();
  };
  const knowPupil = async () => {
    const one = pupil();
    last = null;
    showTaught(one.taught);
    const names = await ask(`/api/packages/${one.id}/labels`);
    byId("known").replaceChildren(...names.map((name) => new Option(name)));
  };

  // --- a package of one's own

  const classes = []; // { element, files }
  const addClass = () => {
    const one = { element: copy("class"), files: [] };
    const find = (kind) => one.element.querySelector(kind);
    const input = find("input[type=file]");
    const count = () => setText(find(".count"), one.files.length ? plural(one.files.length, "photo") : "no photos yet");
    const add = (files) => {
      one.files.push(...files);
      count();
    };
    find(".add").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      add(input.files);
      input.value = "";
    });
    find(".take").disabled = !live.on;
    find(".take").addEventListener("click", async () => {
      grab();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      add([new File([blob], `camera-${one.files.length + 1}.png`)]);
    });
    find(".remove").addEventListener("click", () => {
      classes.splice(classes.indexOf(one), 1);
      one.element.remove();
      number();
      byId("add-class").focus();
    });
    one.element.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      document.body.classList.remove("dropping");
      add(event.dataTransfer.files);
    });
    classes.push(one);
    byId("classes").append(one.element);
    number();
    return one;
  };
  const number = () => classes.forEach((one, at) => {
    setText(one.element.querySelector("legend"), `Class ${at + 1}`);
  });
  const makeIt = async () => {
    const names = classes.map((one) => one.element.querySelector(".name").value.trim());
    const status = (text) => setText(byId("make-status"), text);
    setText(byId("make-trouble"), "");
    byId("steps").replaceChildren();
    byId("outcome").hidden = true;
    await post("/api/making/begin", { name: byId("own-name").value.trim(), classes: names });
    making(true);
    const total = classes.reduce((sum, one) => sum + one.files.length, 0);
    const bad = [];
    let done = 0;
    for (const [at, one] of classes.entries()) {
      for (const file of one.files) {
        status(`Reading photo ${done += 1} of ${total}`);
        try {
          await ask(`/api/making/photo?class=${at}&name=${encodeURIComponent(file.name)}`, file);
        } catch (error) {
          bad.push(error.message);
        }
      }
    }
    if (bad.length) setText(byId("make-trouble"), `Left out:\n${bad.slice(0, 8).join("\n")}`);
    await post("/api/making/run");
    await follow();
  };
  const making = (on) => {
    byId("make-it").disabled = on;
    byId("stop").hidden = !on;
  };
  const follow = async () => {
    for (;;) {
      const told = await ask("/api/making");
      byId("steps").replaceChildren(...told.steps.map((step) => {
        const line = document.createElement("li");
        line.textContent = step.name + (step.seconds === null ? " …" : `  ${step.seconds.toFixed(1)} s`);
        return line;
      }));
      if (told.state === "running") {
        setText(byId("make-status"), `Making: ${told.steps.at(-1)?.name ?? "beginning"}`);
        await sleep(400);
        continue;
      }
      making(false);
      setText(byId("make-status"), told.state === "done" ? "The package is ready." : "");
      if (told.error) throw new Refused(`${told.error.message} [${told.error.name}]`);
      if (told.state === "done") await showOutcome(told.outcome);
      return;
    }
  };
  const showOutcome = async (outcome) => {
    await loadPackages();
    const one = packages.find((each) => each.id === outcome.package);
    const place = byId("outcome");
    const text = (tag, words, more = {}) => {
      const element = Object.assign(document.createElement(tag), more);
      element.textContent = words;
      return element;
    };
    const [low, high] = outcome.interval;
    const notes = [...outcome.never_right.map((each) => `Never recognised: ${each}.`),
      ...outcome.silent.map((each) => `Never shown, for want of signal: ${each}.`),
      ...Object.entries(outcome.findings).map(([what, count]) => `${what}: ${count}`)];
    place.replaceChildren(
      text("h3", outcome.name),
      text("p", `${percent(outcome.balanced_accuracy)} right on ${plural(outcome.held_back, "photo")} held back`
        + ` (95 % interval ${percent(low)} to ${percent(high)}); trained on ${outcome.photos}.`),
      ...notes.map((note) => text("p", note, { className: "soft" })),
      text("a", "Package for the phone (.zip)", { href: `/api/packages/${one.id}.zip`, download: "" }),
      text("p", ""),
      text("a", "Report", { href: "/api/making/report", target: "_blank", rel: "noopener" }),
    );
    if (one.link) {
      place.append(text("p", "With the phone in the same network, open:"),
        Object.assign(document.createElement("img"), { src: `/api/packages/${one.id}.svg`, alt: "QR code of the link" }),
        text("a", one.link, { href: one.link }));
    }
    place.hidden = false;
    askAgain();
  };

  // --- what the page listens to

  byId("choose").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", (event) => {
    takeFiles([...event.target.files]);
    event.target.value = "";
  });
  byId("camera").addEventListener("click", () => guarded("trouble", async () => {
    if (live.on) stopCamera();
    else await startCamera();
  }));
  byId("hold").addEventListener("click", () => setHeld(!live.held));
  byId("mirror").addEventListener("change", mirror);
  byId("which").addEventListener("change", (event) => {
    guarded("trouble", () => startCamera(event.target.value));
  });
  document.addEventListener("paste", (event) => takeFiles([...event.clipboardData.files]));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    takeFiles([...event.dataTransfer.files]);
  });
  byId("shot").addEventListener("click", () => guarded("teach-trouble", teachIt));
  byId("undo").addEventListener("click", () => forget(last.mid, last.picture));
  byId("teach-name").addEventListener("input", countShots);
  byId("teach-name").addEventListener("keydown", (event) => {
    if (event.key === "Enter") byId("shot").click();
  });
  byId("open-taught").addEventListener("click", () => byId("taught-input").click());
  byId("taught-input").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) guarded("teach-trouble", () => openTaught(file));
    event.target.value = "";
  });
  byId("add-class").addEventListener("click", () => addClass().element.querySelector(".name").focus());
  byId("make-it").addEventListener("click", () => guarded("make-trouble", async () => {
    try {
      await makeIt();
    } finally {
      making(false);
    }
  }));
  byId("stop").addEventListener("click", () => guarded("make-trouble", () => post("/api/making/stop")));
  addClass();
  addClass();
  guarded("trouble", packagesListed);
})();
