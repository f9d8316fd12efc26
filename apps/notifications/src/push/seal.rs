//! Sealing a message for one browser, so that its push service carries what it cannot read: RFC 8291, in the coding of
//! RFC 8188. One message is one record.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand,
};
use protocol::push::{Point, PushKeys};

const SALT_BYTES: usize = 16;
const KEY_BYTES: usize = 16;
const INPUT_BYTES: usize = 32;
/// The size of records: more than any message here.
const RECORD_BYTES: u32 = 4_096;
/// Ends the last record.
const LAST: u8 = 2;

/// The body that a push service is sent, or nothing if the key is no point of the curve.
pub(super) fn seal(message: &[u8], to: &PushKeys) -> Result<Vec<u8>, Unspecified> {
    let mut salt = [0; SALT_BYTES];
    rand::fill(&mut salt)?;
    seal_with(message, to, &PrivateKey::generate(&ECDH_P256)?, salt)
}

fn seal_with(
    message: &[u8],
    to: &PushKeys,
    own: &PrivateKey,
    salt: [u8; SALT_BYTES],
) -> Result<Vec<u8>, Unspecified> {
    let public = own.compute_public_key()?;
    let input = shared(to, own, public.as_ref())?;
    let keys = Salt::new(HKDF_SHA256, &salt).extract(&input);
    let key: [u8; KEY_BYTES] = expand(&keys, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; NONCE_LEN] = expand(&keys, &[b"Content-Encoding: nonce\0"])?;
    let mut record = message.to_vec();
    record.push(LAST);
    // Both are new with each message, so that the nonce is never used twice.
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;
    let public_bytes = u8::try_from(public.as_ref().len()).map_err(|_| Unspecified)?;
    let mut body = salt.to_vec();
    body.extend(RECORD_BYTES.to_be_bytes());
    body.push(public_bytes);
    body.extend(public.as_ref());
    body.extend(record);
    Ok(body)
}

/// What only the two of them know.
fn shared(
    to: &PushKeys,
    own: &PrivateKey,
    public: &[u8],
) -> Result<[u8; INPUT_BYTES], Unspecified> {
    let theirs: &Point = &to.p256dh;
    let key = UnparsedPublicKey::new(&ECDH_P256, theirs.get());
    agreement::agree(own, key, Unspecified, |secret| {
        let keys = Salt::new(HKDF_SHA256, to.auth.get()).extract(secret);
        expand(&keys, &[b"WebPush: info\0", theirs.get(), public])
    })
}

/// So many bytes.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(
    keys: &aws_lc_rs::hkdf::Prk,
    info: &[&[u8]],
) -> Result<[u8; N], Unspecified> {
    let mut bytes = [0; N];
    keys.expand(info, Length(N))?.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn the_example_of_the_rfc_is_sealed_as_it_says() {
        let to: PushKeys = serde_json::from_value(json!({
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        }))
        .unwrap();
        let own = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let message = b"When I grow up, I want to be a watermelon";

        let sealed = seal_with(message, &to, &own, salt).unwrap();

        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg\
            Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuw\
            XPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), expected);
    }

    #[test]
    fn a_key_that_is_no_point_of_the_curve_is_refused_and_no_two_bodies_are_alike() {
        let keys = |p256dh: &[u8]| -> PushKeys {
            let p256dh = URL_SAFE_NO_PAD.encode(p256dh);
            serde_json::from_value(json!({"p256dh": p256dh, "auth": "BTBZMqHH6r4Tts7J_aSIgg"}))
                .unwrap()
        };
        let theirs = PrivateKey::generate(&ECDH_P256).unwrap();
        let theirs = theirs.compute_public_key().unwrap();
        let mut wrong = theirs.as_ref().to_vec();
        wrong[64] ^= 1;
        assert!(seal(b"x", &keys(&wrong)).is_err());
        let fine = keys(theirs.as_ref());
        assert_ne!(seal(b"x", &fine).unwrap(), seal(b"x", &fine).unwrap());
    }
}
