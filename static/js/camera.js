// The wristband through the camera, where the browser can read codes itself; scanner and typing always work.

const LOOK_EVERY_MS = 200;
const FORMATS = ["code_128", "code_39", "qr_code", "data_matrix", "aztec", "pdf417"];

/** Offer the camera beside one field; `read(text)` is called with what the code says. Nothing is offered without a reader. */
export function offer(box, read) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = "Use the camera";
  button.addEventListener("click", () => look(box, button, read));
  box.append(button);
}

async function look(box, button, read) {
  const says = box.querySelector("[data-wedge-says]");
  let stream = null;
  button.disabled = true;
  try {
    const formats = (await BarcodeDetector.getSupportedFormats()).filter((one) => FORMATS.includes(one));
    const detector = new BarcodeDetector({ formats });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    const text = await firstCode(shown(box, stream), detector, box);
    if (text) read(text);
  } catch {
    says.textContent = "The camera cannot be used. Scan with the scanner, or type the number.";
  }
  for (const track of stream?.getTracks() ?? []) track.stop();
  box.querySelector("video")?.remove();
  button.disabled = false;
}

function shown(box, stream) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  box.append(video);
  video.play();
  return video;
}

/** The first code the camera sees; null when the dialog was closed meanwhile. */
async function firstCode(video, detector, box) {
  while (box.closest("dialog")?.open ?? true) {
    const found = video.readyState >= 2 ? await detector.detect(video) : [];
    if (found.length) return found[0].rawValue.trim();
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  return null;
}
