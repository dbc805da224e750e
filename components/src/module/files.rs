//! The files of `js/dist`. Written by `npm run build` in `js`.
//!
//! Nothing here is called: that a file is named is what brings it to a page, beside the module that fetches it.

#![allow(dead_code, reason = "to be named is enough")]
#![allow(unused_imports, reason = "without features there are none")]

use wasm_bindgen::prelude::*;

#[cfg(feature = "terminal")]
#[wasm_bindgen(module = "/js/dist/addon-webgl-AZ2CAHDO.js")]
extern "C" {
    fn addon_webgl_az2cahdo_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-2SNDORYF.js")]
extern "C" {
    fn chunk_2sndoryf_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-37QACBQH.js")]
extern "C" {
    fn chunk_37qacbqh_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-4GWPSBXO.js")]
extern "C" {
    fn chunk_4gwpsbxo_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-4OQG6JHS.js")]
extern "C" {
    fn chunk_4oqg6jhs_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-6LKGIX5P.js")]
extern "C" {
    fn chunk_6lkgix5p_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-BKGPNESU.js")]
extern "C" {
    fn chunk_bkgpnesu_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-BN44DNCB.js")]
extern "C" {
    fn chunk_bn44dncb_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/chunk-CW6RKDMP.js")]
extern "C" {
    fn chunk_cw6rkdmp_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-D46E3445.js")]
extern "C" {
    fn chunk_d46e3445_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-EGVKD4OR.js")]
extern "C" {
    fn chunk_egvkd4or_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-FMJ76NPN.js")]
extern "C" {
    fn chunk_fmj76npn_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-IYK77XBO.js")]
extern "C" {
    fn chunk_iyk77xbo_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-J6SZQX64.js")]
extern "C" {
    fn chunk_j6szqx64_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-KNIPS7MK.js")]
extern "C" {
    fn chunk_knips7mk_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-MXCTENCC.js")]
extern "C" {
    fn chunk_mxctencc_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/chunk-NAYUCMI7.js")]
extern "C" {
    fn chunk_nayucmi7_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-OTLGOMJX.js")]
extern "C" {
    fn chunk_otlgomjx_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/chunk-PWI2IYSX.js")]
extern "C" {
    fn chunk_pwi2iysx_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-SVE6PSNF.js")]
extern "C" {
    fn chunk_sve6psnf_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-TANEDIZU.js")]
extern "C" {
    fn chunk_tanedizu_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-TBJRKFLA.js")]
extern "C" {
    fn chunk_tbjrkfla_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/chunk-TFHRA4M3.js")]
extern "C" {
    fn chunk_tfhra4m3_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/chunk-TLYMONX5.js")]
extern "C" {
    fn chunk_tlymonx5_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/chunk-ULPVWRVF.js")]
extern "C" {
    fn chunk_ulpvwrvf_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/chunk-YZ7KEKLK.js")]
extern "C" {
    fn chunk_yz7keklk_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/clike-ECPUJBIJ.js")]
extern "C" {
    fn clike_ecpujbij_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/cmake-QVQUTNI4.js")]
extern "C" {
    fn cmake_qvqutni4_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/diff-UMM5QRGZ.js")]
extern "C" {
    fn diff_umm5qrgz_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-2VBSRL2P.js")]
extern "C" {
    fn dist_2vbsrl2p_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-3TXXB6DW.js")]
extern "C" {
    fn dist_3txxb6dw_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-3YLPAN4A.js")]
extern "C" {
    fn dist_3ylpan4a_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-44SKXIIC.js")]
extern "C" {
    fn dist_44skxiic_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-4QGPJJ33.js")]
extern "C" {
    fn dist_4qgpjj33_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-5VUOHTSQ.js")]
extern "C" {
    fn dist_5vuohtsq_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-A53AC4YC.js")]
extern "C" {
    fn dist_a53ac4yc_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-ALATNSYV.js")]
extern "C" {
    fn dist_alatnsyv_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-B6GTXGFD.js")]
extern "C" {
    fn dist_b6gtxgfd_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-BKKKV4XN.js")]
extern "C" {
    fn dist_bkkkv4xn_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-BVKESMFM.js")]
extern "C" {
    fn dist_bvkesmfm_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-CMR3CINM.js")]
extern "C" {
    fn dist_cmr3cinm_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-D4VKJLOM.js")]
extern "C" {
    fn dist_d4vkjlom_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-DEVW3VRI.js")]
extern "C" {
    fn dist_devw3vri_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-ENWKUCLT.js")]
extern "C" {
    fn dist_enwkuclt_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-FIEOGK6L.js")]
extern "C" {
    fn dist_fieogk6l_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-FXDOBEYY.js")]
extern "C" {
    fn dist_fxdobeyy_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-GKHJOK6M.js")]
extern "C" {
    fn dist_gkhjok6m_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-HCDXFAQ4.js")]
extern "C" {
    fn dist_hcdxfaq4_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-ICTMW2ZM.js")]
extern "C" {
    fn dist_ictmw2zm_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-IJG43F4T.js")]
extern "C" {
    fn dist_ijg43f4t_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-NCZFCU7D.js")]
extern "C" {
    fn dist_nczfcu7d_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-NVPG2KGG.js")]
extern "C" {
    fn dist_nvpg2kgg_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-OETHWE4W.js")]
extern "C" {
    fn dist_oethwe4w_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-OGZEVNOC.js")]
extern "C" {
    fn dist_ogzevnoc_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-OH67WKBG.js")]
extern "C" {
    fn dist_oh67wkbg_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-RPPJLX32.js")]
extern "C" {
    fn dist_rppjlx32_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-SXH7CJXS.js")]
extern "C" {
    fn dist_sxh7cjxs_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-TW7FUHOB.js")]
extern "C" {
    fn dist_tw7fuhob_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-WBISMUSL.js")]
extern "C" {
    fn dist_wbismusl_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-XVKYD2I3.js")]
extern "C" {
    fn dist_xvkyd2i3_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/dist-YX6FPZHD.js")]
extern "C" {
    fn dist_yx6fpzhd_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/dist-ZWOTVZPR.js")]
extern "C" {
    fn dist_zwotvzpr_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/dockerfile-A33L5OMK.js")]
extern "C" {
    fn dockerfile_a33l5omk_js();
}

#[cfg(feature = "editor")]
#[wasm_bindgen(module = "/js/dist/editor.js")]
extern "C" {
    fn editor_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/haskell-C63SM5UX.js")]
extern "C" {
    fn haskell_c63sm5ux_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/lines-A7YDH5NH.js")]
extern "C" {
    fn lines_a7ydh5nh_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/lua-XICUNQ67.js")]
extern "C" {
    fn lua_xicunq67_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/perl-QNZ6PUJQ.js")]
extern "C" {
    fn perl_qnz6pujq_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/powershell-GOPVVHL3.js")]
extern "C" {
    fn powershell_gopvvhl3_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/properties-RXFAQV63.js")]
extern "C" {
    fn properties_rxfaqv63_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/protobuf-RQQKLNSP.js")]
extern "C" {
    fn protobuf_rqqklnsp_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/r-SY4J6INY.js")]
extern "C" {
    fn r_sy4j6iny_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/ruby-ELLS5X7F.js")]
extern "C" {
    fn ruby_ells5x7f_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/shell-4TYSOLRT.js")]
extern "C" {
    fn shell_4tysolrt_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/sql-DTHQOLCC.js")]
extern "C" {
    fn sql_dthqolcc_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/swift-CVZMZ2Z6.js")]
extern "C" {
    fn swift_cvzmz2z6_js();
}

#[cfg(feature = "terminal")]
#[wasm_bindgen(module = "/js/dist/terminal.js")]
extern "C" {
    fn terminal_js();
}

#[cfg(any(feature = "editor", feature = "viewer"))]
#[wasm_bindgen(module = "/js/dist/toml-42GBZISI.js")]
extern "C" {
    fn toml_42gbzisi_js();
}

#[cfg(feature = "viewer")]
#[wasm_bindgen(module = "/js/dist/viewer.js")]
extern "C" {
    fn viewer_js();
}
