// Records that other systems wrote, for passwords that are known: Django 5.2.17 with bcrypt 5.0.0 and
// argon2-cffi 25.1.0, Werkzeug 3.1.8, each asked by its own function, at a low cost or at its default.

export interface LegacyVector {
  readonly made: string;
  readonly password: string;
  readonly record: string;
}

const ASCII = 'quiet otter';
const UNICODE = 'pässwörd – 漢字 🦦';
const LONG = 'x'.repeat(100);

export const LEGACY_VECTORS: readonly LegacyVector[] = [
  {
    made: 'Django PBKDF2, SHA-256',
    password: ASCII,
    record:
      'pbkdf2_sha256$1000$Zx81aBcDeFgHiJkLmNoPqR$naGgz3x/nLvhMXU86Fo05sGUSnMFeOhVDvwCkCLq8ng=',
  },
  {
    made: 'Django PBKDF2, SHA-1',
    password: ASCII,
    record: 'pbkdf2_sha1$1000$Zx81aBcDeFgHiJkLmNoPqR$GozwFf0qdUE9SEgBV0RPk9YDhEg=',
  },
  {
    made: 'Django scrypt',
    password: ASCII,
    record:
      'scrypt$1024$Zx81aBcDeFgHiJkLmNoPqR$8$2$NaxL6fyi49ahAAPrqVl/LanoiajYVehqJpBzo3kEnkAnnr/NJghgfKuKERWYZunrTmoMv5Mi0K94FX20u3tMfg==',
  },
  {
    made: 'Django bcrypt over SHA-256',
    password: ASCII,
    record: 'bcrypt_sha256$$2b$04$W5s6CDmJroAA8x2b2PHvxeQDeZZ3WelKZrIy3GIs4QZBpRnns8/z2',
  },
  {
    made: 'Django bcrypt',
    password: ASCII,
    record: 'bcrypt$$2b$04$YrEIPtYDmyTd0earHPohVOgwrPoViRvBqO0oZ700fRBBMKyDLX1oq',
  },
  {
    made: 'Django argon2id',
    password: ASCII,
    record:
      'argon2$argon2id$v=19$m=256,t=1,p=2$Wng4MWFCY0RlRmdIaUprTG1Ob1BxUg$+gbw1VI0JelQMakbCo91MiC5ayvd4tvJepCD1F3Hb3A',
  },
  {
    made: 'Django PBKDF2, SHA-256',
    password: UNICODE,
    record:
      'pbkdf2_sha256$1000$Zx81aBcDeFgHiJkLmNoPqR$Df8sSjpkTN07LMsaZXh0exkO791fKIAXoofNr2cUVmw=',
  },
  {
    made: 'Django PBKDF2, SHA-1',
    password: UNICODE,
    record: 'pbkdf2_sha1$1000$Zx81aBcDeFgHiJkLmNoPqR$hb1n3KRcoSv1NG32MIdqKLYoygY=',
  },
  {
    made: 'Django scrypt',
    password: UNICODE,
    record:
      'scrypt$1024$Zx81aBcDeFgHiJkLmNoPqR$8$2$SNLguLEUgkgfQmT5HIeNwUUou1aG6nwl0EMNJShdBn+HFeurG3L4xlKs8KrrKYwFABclBqMah4vHD78zOCB4jQ==',
  },
  {
    made: 'Django bcrypt over SHA-256',
    password: UNICODE,
    record: 'bcrypt_sha256$$2b$04$xPfiV/3jlF6jLiRGJzaAX.JvYUWKv8hPH.imFBSi/eF8IOKCX4w6q',
  },
  {
    made: 'Django bcrypt',
    password: UNICODE,
    record: 'bcrypt$$2b$04$YvGXpFZOeDzbXgCtOSTrautDaePUU11tcsCK3Mde4MaxQYjkYLiQG',
  },
  {
    made: 'Django argon2id',
    password: UNICODE,
    record:
      'argon2$argon2id$v=19$m=256,t=1,p=2$Wng4MWFCY0RlRmdIaUprTG1Ob1BxUg$YtxHqvNQj17i6IKg7UAcl346GHYYeT+E+sD8O6zei1I',
  },
  {
    made: 'Django PBKDF2, SHA-256',
    password: LONG,
    record:
      'pbkdf2_sha256$1000$Zx81aBcDeFgHiJkLmNoPqR$xYtNnQw20P6O1NiafclDKJZ9m0J+6idp0egk9XGSSuk=',
  },
  {
    made: 'Django PBKDF2, SHA-1',
    password: LONG,
    record: 'pbkdf2_sha1$1000$Zx81aBcDeFgHiJkLmNoPqR$8gl2pqHLbpQYjwLbNP0N+YYFZZI=',
  },
  {
    made: 'Django scrypt',
    password: LONG,
    record:
      'scrypt$1024$Zx81aBcDeFgHiJkLmNoPqR$8$2$sfM5X4KtiWxV9du1OeKqqA7h/f9I6M+6TzBztCJ+YRZ393iXiBjvVJW++0Oz5u3ERXgc8cyRcxNP3dPFsCmb+w==',
  },
  {
    made: 'Django bcrypt over SHA-256',
    password: LONG,
    record: 'bcrypt_sha256$$2b$04$XrbM3FFbE9td6qVLlfo2f.Yb.CN/d5dOxlb1DMiqMXypECsGriP5S',
  },
  {
    made: 'Django argon2id',
    password: LONG,
    record:
      'argon2$argon2id$v=19$m=256,t=1,p=2$Wng4MWFCY0RlRmdIaUprTG1Ob1BxUg$YoFS448Dsc34xh9iV36FJH5lVHN1eg5SWxpA92v3qeM',
  },
  {
    made: 'bcrypt 2a',
    password: ASCII,
    record: '$2a$04$.4vk.5YFFxw6oHt/pO9kQuIAgzAn5B.Q6ShDVLXY6fEASyy6qnosm',
  },
  {
    made: 'bcrypt 2b',
    password: ASCII,
    record: '$2b$04$Ne6lrc4Wuff4iaUtPqYbkO3jbAvtiHDCJvM.qNRpa48bhd/rXK7Ne',
  },
  {
    made: 'bcrypt of 72 bytes',
    password: 'y'.repeat(72),
    record: '$2b$04$j1cixqqOzVhgVmvdayBucOcUD1OY6uxegM0QQRcgmP8008IoAtxGC',
  },
  {
    made: 'bcrypt as PHP calls it, 2y',
    password: UNICODE,
    record: '$2y$04$RsEst7YnV1Or7OgOJNtBPuk6fczIsqhKPOhK2hqqNYJSXaQEzF/j.',
  },
  {
    made: 'Django PBKDF2, its default cost',
    password: ASCII,
    record:
      'pbkdf2_sha256$1000000$j0Bf2JmM27GNwBn4knpMDo$fyx8IF8Ql1EspO8fJy2leD01eaSD0c4SwzgWW0fEnlY=',
  },
  {
    made: 'Django scrypt, its default cost',
    password: ASCII,
    record:
      'scrypt$16384$Zx81aBcDeFgHiJkLmNoPqR$8$5$t4Z5sNHRVBK7Hw8bL27n7uzIuPng/V0aI3vriQMuE00taY+g5e2KYLAayO35yFL5YeSAGx5NAa5dvSVnV/CglA==',
  },
  {
    made: 'Werkzeug pbkdf2:sha256:1000',
    password: ASCII,
    record:
      'pbkdf2:sha256:1000$SD2X3lsqn72jhs6Y$4da01cb7991638c23c4d86e91d4a55cdf626bde08fab3f3611f46702b8470673',
  },
  {
    made: 'Werkzeug pbkdf2:sha1:1000',
    password: ASCII,
    record: 'pbkdf2:sha1:1000$bVt04vBgtjyJrpEd$5598f9342c4d3b69cc8f72bf2183759a5be1251f',
  },
  {
    made: 'Werkzeug pbkdf2:sha512:1000',
    password: ASCII,
    record:
      'pbkdf2:sha512:1000$nzWVE3Kj7Gc8rhJP$55191747e0e198c7b968e750478eaadf07346200dfdc5a11ad4185ce91d8956ee553f50bdd9d6878710e0abd91762c7f6ad71f107d2335f09083ecbf83cb3be0',
  },
  {
    made: 'Werkzeug scrypt:1024:8:1',
    password: ASCII,
    record:
      'scrypt:1024:8:1$gZg1YCBH5p1zIQLY$9a66dad228ac83b9de68df14cf85670ca0bd7d49f32600547239d1f79a2507ebedf6222792275a56f94f1e3e382e94bf732154d016eb42b57811cc06860a6030',
  },
  {
    made: 'Werkzeug pbkdf2:sha256:1000',
    password: UNICODE,
    record:
      'pbkdf2:sha256:1000$1yTUVBzP0Nt8z48N$474af1d7efd92fec7cd91ec26ed84a3165db7a25d4d72d4fd99bf705e6489368',
  },
  {
    made: 'Werkzeug pbkdf2:sha1:1000',
    password: UNICODE,
    record: 'pbkdf2:sha1:1000$ez9BTLMcQVhrfHwV$4e9d6d9490bf04aada4a1c52c09384482dd5ecd8',
  },
  {
    made: 'Werkzeug pbkdf2:sha512:1000',
    password: UNICODE,
    record:
      'pbkdf2:sha512:1000$uOT8KOaKZvFE1jhE$5731e0c669470b725f418f41fb859dd613b9fc598b55d3d3dd41449c5268e8a6c620a6fcf22ad460513dc44e1a914e0e1c465adbf73fd172577bd6a902b20b08',
  },
  {
    made: 'Werkzeug scrypt:1024:8:1',
    password: UNICODE,
    record:
      'scrypt:1024:8:1$tN2p2loyVvLJYpNU$ea089fdddbbcd24a2c83526bfa6065e00d58f77c872a183471b76f4fea2da90d1fee7335816d8dbfeb493606b5701729c1b23ba917e8b898fec5e75d90d8d9bb',
  },
  {
    made: 'Werkzeug pbkdf2:sha256:1000',
    password: LONG,
    record:
      'pbkdf2:sha256:1000$PY5NgEtfsKVyvwel$5e9be12758f3e03dded2eb0526ce406d28e55dac96313746244b40434e05a0ca',
  },
  {
    made: 'Werkzeug pbkdf2:sha1:1000',
    password: LONG,
    record: 'pbkdf2:sha1:1000$fvNymW0xk3uyg00i$7550408aca99cf6d1465cd1b068b7c9de8a22728',
  },
  {
    made: 'Werkzeug pbkdf2:sha512:1000',
    password: LONG,
    record:
      'pbkdf2:sha512:1000$ON5T5eXMlYdvEp1g$c11eeb1e11f09df00ed10de444052d1d68f102773905e40c876eb20a2c82b493d28f91ca81838016c945b5bf463176a9fe7cc639af3f11ba5fe891a1d95ad077',
  },
  {
    made: 'Werkzeug scrypt:1024:8:1',
    password: LONG,
    record:
      'scrypt:1024:8:1$uV4cXXazqqgZNq8N$ae8f782866b95211cae5eaf51700eeddf00ad31d9f074e25eab121a834d696d29eadf5d058496c366eccfaa2c8277c0bc0f86e0fb5aeac7820054e9a134123dc',
  },
  {
    made: 'Werkzeug, its default',
    password: ASCII,
    record:
      'scrypt:32768:8:1$tirYNuhjtQggsne1$1d1c92cd9a719be8e1ff0f66b88c71ced794e2309351dcc1975ad2bdae50c4e18d9d69713dc747969b6aca72f2c712a2043c11fa3f91f3f138ea7e11362673d9',
  },
  {
    made: 'Werkzeug PBKDF2, its default cost',
    password: ASCII,
    record:
      'pbkdf2:sha256:1000000$fnTCDl9M6Zn5sdtB$dc4737e26b7a06b2b8eaec6292f31dad12e77325eb8110fde6cfd51f65f1a355',
  },
];
