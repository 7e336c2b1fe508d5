import { toString } from "qrcode";
import { Html } from "./html.ts";

/** A QR code as SVG markup. */
export const qrSvg = async (text: string): Promise<Html> =>
  new Html(await toString(text, { type: "svg", margin: 1 }));
